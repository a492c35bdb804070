"""Free text in other scripts: every page is made, with the fonts that come with the program and no other."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from poems_report import analyse, load_study
from poems_report.patients import patient_view
from poems_report.patients.pdf import pdf_of, write_pdf
from poems_report.patients.signs import right_to_left, shown
from poems_report.provenance import clock
from tests.documents.pdfs import faults, fonts, pages
from tests.patients import positions
from tests.patients.robust import PATIENT, visits, write

OWN = ("Source-Sans-3", "Other-Scripts", "East-Asian")
FIELDS = {
    "comorbidity": "糖尿病、高血圧。カタカナ 한국어 당뇨병",
    "preference": "العربية: مرض السكري",
    "question": "האם להמשיך בטיפול? IL-6",
    "mprotein": "IgA λ 轻链",
    "imaging_response": "Ольга ქართული",
    "clinical_response": "better 😀 \U00020bb7 \u2029 น",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The view of one patient in many scripts, and the page."""
    events = ((-2, "自体造血幹細胞移植", "メルファラン"), (5, "زرع", "חום"), (14, "🦠 infection", ""))
    folder = tmp_path_factory.mktemp("scripts")
    study = load_study(write(folder / "study", 2, visits(8), fields=FIELDS, comment="溶血", events=events))
    view = patient_view(study, analyse(study), PATIENT)
    path = folder / "page.pdf"
    path.write_bytes(pdf_of(view, clock()))
    return view, path


def test_every_script_is_on_the_page_in_fonts_of_the_program(page):
    _, path = page
    text = " ".join(" ".join(pages(path)).split())
    for words in (
        "糖尿病",
        "高血圧",
        "한국어",
        "轻链",
        "Ольга",
        "ქართული",
        "溶血",
        "メルファラン",
        "自体造血",
    ):
        assert words in text.replace(" ", "")
    letters = set(text)
    assert set("האםלהמשיךבטיפול") <= letters
    assert set("العربيةمرضالسكري") <= letters
    assert all(any(own in name for own in OWN) for name in fonts(path)), fonts(path)


def test_nothing_overlaps_and_both_checkers_pass(page):
    _, path = page
    assert positions.faults(path) == []
    assert faults(path) == []


def test_what_no_font_has_is_a_code_point_and_its_field_is_named(page):
    view, path = page
    text = " ".join(" ".join(pages(path)).split())
    assert "better [U+1F600] [U+20BB7] [U+0E19]" in text
    assert "[U+1F9A0] infection" in text
    told = next(item for item in view.limits.items if "code points" in item)
    assert told.endswith("Clinical and Treatment.")


def test_the_drawing_leaves_out_what_is_written_from_right_to_left(page):
    view, _ = page
    labels = [label.text for label in view.panel.chart.labels]
    assert "自体造血幹細胞移植" in labels
    assert not any(right_to_left(text) for text in labels)
    assert len(view.panel.chart.events) == 3


def codes_of(file):
    with TTFont(file, lazy=True) as font:
        return list(font.getBestCmap())


def test_any_sign_that_passes_is_in_a_font_of_the_program(root, tmp_path):
    """Signs drawn from the fonts' own tables: WeasyPrint finds each one, and seeks none in the machine's fonts."""
    folder = root / "templates" / "fonts"
    files = (folder / "SourceSans3-Regular.ttf", *sorted((folder / "other").glob("*.ttf")))
    codes = sorted({code for file in files for code in codes_of(file) if code > 32})
    emoji = [0x2615, 0x26A1, 0x1F600]
    drawn = "".join(map(chr, [*codes[::55], *emoji]))
    text = shown(drawn).replace("<", "").replace("&", "")
    html = f'<html lang="en"><head><title>x</title></head><body>{" ".join(text)}</body></html>'
    (tmp_path / "signs.pdf").write_bytes(write_pdf(html))
    assert all(any(own in name for own in OWN) for name in fonts(tmp_path / "signs.pdf"))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("µg ≥ 5", "µg ≥ 5"),
        ("a\u2028b", "a b"),
        ("❤\ufe0f", "❤"),
        ("ไ", "[U+0E44]"),
        ("☕", "[U+2615]"),
        ("多発神経炎", "多発神経炎"),
    ],
)
def test_shown(text, result):
    assert shown(text) == result
