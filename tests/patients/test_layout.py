"""Pages under strain, checked in the finished PDF: where every piece of text stands, and who can read it."""

from __future__ import annotations

import re

import pytest

from poems_report import analyse, load_study
from poems_report.labels import labels
from poems_report.patients import patient_view, since_of
from poems_report.patients.pdf import pdf_of
from poems_report.provenance import clock
from tests.documents.pdfs import findings, pages
from tests.patients import positions
from tests.patients.robust import FREE, LONG, PATIENT, UNBROKEN, essay, visits, write

LABEL = "Vascular endothelial growth factor A {n}."
WORD = "Gefaesswachstumsfaktorkonzentrationswe{n}"
EVENTS = [(day, f"event {day} of them", "a detail") for day in (-20, -3, -2, 0, 1, 5, 14, 80, 90, 95, 400)]
HEADINGS = ("question", "diagnosis", "timeline", "response", "panel", "limits", "board")
SCRIPTS = "糖尿病、高血圧 한국어 العربية: مرض السكري האם להמשיך"
ITALIAN = {"language": "it", "since": "30"}
CASES = {
    "no visit": {"days": ()},
    "one visit": {"days": visits(1), "markers": 1},
    "one visit of six markers": {"days": visits(1), "markers": 6},
    "sixty visits": {"days": visits(60), "markers": 3},
    "two hundred visits": {"days": visits(200), "markers": 2},
    "two hundred visits of six markers": {"days": visits(200), "markers": 6},
    "no infusion": {"days": [0, 60], "infusion": "no"},
    "long labels": {"days": visits(8), "markers": 6, "label": LABEL},
    "long words": {"days": visits(8), "markers": 2, "label": WORD},
    "companions": {"days": visits(12), "markers": 6, "companions": 3, "comment": "haemolytic"},
    "six companions": {"days": visits(12), "markers": 2, "companions": 6, "comment": "haemolytic"},
    "six markers and two companions": {"days": visits(6), "markers": 6, "companions": 2, "since": "-100"},
    "more markers than strokes": {"days": visits(6), "markers": 8, "companions": 2, "comment": "haemolytic"},
    "events": {"days": visits(20), "events": EVENTS, "comment": "haemolytic"},
    "many events": {"days": visits(20), "events": [(day, "plasma exchange", "") for day in range(-30, 600, 9)]},
    "long texts": {
        "days": visits(8), "label": LABEL, "fields": LONG, "comment": LONG,
        "events": [(day, name, LONG) for day, name, _ in EVENTS],
    },
    "long texts without a break": {
        "days": visits(8), "markers": 6, "label": WORD, "fields": UNBROKEN, "comment": UNBROKEN,
        "events": [(day, UNBROKEN[:60], UNBROKEN) for day, _, _ in EVENTS[:4]],
    },
    "texts longer than a page": {
        "days": visits(3), "fields": {name: essay(place) for place, name in enumerate(FREE)}, "comment": essay(20),
        "events": [(-2, "melphalan", essay(21))],
    },
    "other scripts in every field": {
        "days": visits(9), "companions": 3, "fields": SCRIPTS, "comment": SCRIPTS,
        "events": [(day, SCRIPTS, SCRIPTS) for day, _, _ in EVENTS[:6]],
    },
    "other scripts, long": {
        "days": visits(9), "fields": (SCRIPTS * 12)[:480], "comment": (SCRIPTS * 12)[:480],
        "events": [(day, SCRIPTS[:40], (SCRIPTS * 12)[:480]) for day, _, _ in EVENTS[:3]],
    },
    "Italian without a visit": {"days": (), **ITALIAN},
    "Italian with six markers and companions": {"days": visits(14), "markers": 6, "companions": 3, **ITALIAN},
    "Italian with six companions": {"days": visits(6), "markers": 2, "companions": 6, **ITALIAN},
    "Italian with sixty visits": {"days": visits(60), "companions": 3, "comment": "emolisi", **ITALIAN},
    "Italian with long texts": {
        "days": visits(14), "label": LABEL, "fields": LONG, "comment": LONG, "companions": 6,
        "events": [(day, name, LONG) for day, name, _ in EVENTS], **ITALIAN,
    },
    "everything new": {"days": visits(30), "companions": 3, "since": "-100"},
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """By case, the study, its finished page and the words of that."""
    found = {}
    for name, case in CASES.items():
        folder = tmp_path_factory.mktemp("strained")
        settings = {key: value for key, value in case.items() if key not in ("language", "since")}
        study = load_study(write(folder / "study", **settings))
        path = folder / f"{name.replace(' ', '-')}.pdf"
        since = since_of(case["since"]) if "since" in case else None
        view = patient_view(study, analyse(study), PATIENT, case.get("language", "en"), since)
        path.write_bytes(pdf_of(view, clock()))
        found[name] = study, path, labels(case.get("language", "en"))
    return found


@pytest.fixture(params=CASES)
def page(request, made):
    return made[request.param]


def test_nothing_overflows_and_nothing_overlaps(page):
    _, path, _ = page
    assert positions.faults(path) == []


def test_head_and_foot_on_every_page(page):
    study, path, words = page
    found = pages(path)
    for number, text in enumerate(found, 1):
        told = " ".join(text.replace("\u00a0", " ").split())
        for running in (
            words.text("patient.running", patient=PATIENT),
            f"{words['notice.illustrative']} · {words['notice.research_use']}",
            words["notice.decision_support"],
            study.data_version,
            words.text("common.page_of", page=number, pages=len(found)),
        ):
            assert told.count(running) == 1, (number, running)


def test_no_heading_stands_alone(page):
    """What a heading heads begins at its height, on its page."""
    _, path, words = page
    found = positions.pieces(path)
    headings = {words[f"patient.heading.{name}"] for name in HEADINGS}
    heads = [one for one in found if one.text in headings and one.left < positions.MARGIN + 2]
    assert {one.text for one in heads} == headings
    for head in heads:
        beside = [
            one
            for one in found
            if one.page == head.page and one.left > head.right and -8 < one.top - head.top < 40
        ]
        assert beside, head


def test_the_head_of_the_table_stands_on_every_page_of_it(page):
    """Phases of visits stand in a column of their own; above the first of a page stands their head."""
    _, path, words = page
    found = positions.pieces(path)
    phases = [words[f"patient.phase.{name}"] for name in ("active", "early", "late")]
    for number in {one.page for one in found}:
        rows = [one for one in found if one.page == number and one.text in phases and 140 < one.left < 155]
        heads = [one.top for one in found if one.page == number and one.text == words["patient.values.phase"]]
        assert not rows or min(heads) < min(row.top for row in rows)


def test_every_value_is_found_as_reported(page):
    study, path, _ = page
    text = " ".join(pages(path)).split()
    reported = [*study.measurements["reported"], *study.companions["reported"]]
    for value in set(reported) - {""}:
        count = reported.count(value)
        assert text.count(value) >= count, value


def test_both_checkers_find_nothing(made):
    assert findings(*(path for _, path, _ in made.values())) == []


def test_long_texts_are_whole(tmp_path):
    study = load_study(write(tmp_path / "study", days=visits(2), fields=UNBROKEN, comment=LONG))
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf_of(patient_view(study, analyse(study), PATIENT), clock()))
    text = re.sub(r"\s|\ufffe", "", "".join(pages(path)))
    word = UNBROKEN[:29]
    assert text.count(word) >= 11 * UNBROKEN.count(word) - 2 * len(pages(path))
    assert re.sub(r"\s", "", LONG) in text
