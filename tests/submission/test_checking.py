"""The checker on files that are right, and on the same files with one thing wrong: it finds that, and no other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image

from poems_report.submission.checking.check import check_file
from poems_report.submission.checking.verdict import FAIL, NO_RULE, PASS, UNSEEN
from poems_report.submission.profiles import read_profile
from tests.submission import made_figures as made
from tests.submission.made_figures import RIGHT, STRICT, drawn, jpeg, letters, picture, png, stroke, svg, tiff

DEUTERANOPIA = ((0, 153, 68), (238, 0, 85))
PROTANOPIA = ((255, 34, 17), (0, 119, 17))
TRITANOPIA = ((238, 0, 136), (255, 68, 51))
YELLOW = ((255, 230, 0), made.BLUE)
TEXT, THIN = letters(7), b"q .1 0 0 .1 0 0 cm 2 w 9 9 m 99 99 l S Q"
GOOD = f"{stroke(0.5)}{TEXT}"


def lab() -> Image.Image:
    from PIL import ImageCms

    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(picture(), *profiles, outputMode="LAB")


def with_alpha(mode: str) -> Image.Image:
    image = picture().convert(mode)
    image.putalpha(Image.new("L", image.size, 128))
    return image


def more_frames() -> dict[str, object]:
    return {"save_all": True, "append_images": [picture(colours=((60, 60, 60),))]}


WRONG = [
    ("figure1.tiff", tiff, "name"),
    ("Fig.tiff", tiff, "name"),
    ("Fig01.tiff", tiff, "name"),
    ("Fig1a.pdf", lambda: drawn("pdf"), "name"),
    ("fig1.svg", lambda: drawn("svg"), "name"),
    ("Figure 1.eps", lambda: drawn("eps"), "name"),
    ("Fig1.tiff", lambda: tiff(made.noise()), "bytes"),
    ("Fig1.jpg", lambda: jpeg(made.noise(), quality=100), "bytes"),
    ("Fig1.tiff", lambda: tiff(**more_frames()), "pages"),
    ("Fig1.png", lambda: png(**more_frames()), "pages"),
    ("Fig1.pdf", made.two_pages, "pages"),
    ("Fig1.eps", lambda: drawn("eps").replace(b"%%EndComments", b"%%Pages: 2\n%%EndComments"), "pages"),
    ("Fig1.tiff", lambda: tiff(picture().convert("CMYK")), "mode"),
    ("Fig1.tiff", lambda: tiff(picture().quantize(16)), "mode"),
    ("Fig1.tiff", lambda: tiff(picture().convert("1")), "mode"),
    ("Fig1.tiff", lambda: tiff(lab()), "mode"),
    ("Fig1.jpg", lambda: jpeg(picture().convert("CMYK")), "mode"),
    ("Fig1.png", lambda: png(picture().quantize(16)), "mode"),
    ("Fig1.pdf", lambda: made.with_content(drawn("pdf"), b"1 0.6 0 0.2 k 1 1 4 4 re f"), "mode"),
    ("Fig1.tiff", lambda: tiff(picture().convert("I;16")), "bits"),
    ("Fig1.png", lambda: png(picture().convert("I;16")), "bits"),
    ("Fig1.tiff", lambda: tiff(with_alpha("RGB")), "alpha"),
    ("Fig1.tiff", lambda: tiff(with_alpha("L")), "alpha"),
    ("Fig1.png", lambda: png(with_alpha("RGB")), "alpha"),
    ("Fig1.png", lambda: png(transparency=(1, 2, 3)), "alpha"),
    ("Fig1.pdf", lambda: drawn("pdf", alpha=0.8), "alpha"),
    ("Fig1.svg", lambda: drawn("svg", alpha=0.8), "alpha"),
    ("Fig1.svg", lambda: svg(f'<g opacity="0.9">{GOOD}</g>'), "alpha"),
    ("Fig1.svg", lambda: svg(f'{GOOD}<rect width="9" height="9" fill="rgba(0,0,0,0.9)"/>'), "alpha"),
    ("Fig1.tiff", lambda: tiff(tags={37724: b"Adobe Photoshop Document Data Block\0"}), "layers"),
    ("Fig1.pdf", made.with_layer, "layers"),
    (
        "Fig1.svg",
        lambda: svg(f'<g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:groupmode="layer">{GOOD}</g>'),
        "layers",
    ),
    ("Fig1.tiff", lambda: tiff(picture(colours=()).convert("L"), compression=None), "compression"),
    ("Fig1.tiff", lambda: tiff(compression="tiff_adobe_deflate"), "compression"),
    ("Fig1.tiff", lambda: tiff(compression="packbits"), "compression"),
    ("Fig1.tiff", lambda: tiff(dpi=None), "dpi_tag"),
    ("Fig1.tiff", lambda: tiff(dpi=(72, 72)), "dpi_tag"),
    ("Fig1.tiff", lambda: tiff(dpi=(300, 150)), "dpi_tag"),
    ("Fig1.tiff", lambda: tiff(tags={296: 1}, dpi=None), "dpi_tag"),
    ("Fig1.jpg", lambda: jpeg(dpi=None), "dpi_tag"),
    ("Fig1.jpg", lambda: jpeg(dpi=(96, 96)), "dpi_tag"),
    ("Fig1.png", lambda: png(dpi=None), "dpi_tag"),
    ("Fig1.tiff", lambda: tiff(picture(50)), "width"),
    ("Fig1.tiff", lambda: tiff(picture(40.8)), "width"),
    ("Fig1.tiff", lambda: tiff(picture(30)), "width"),
    ("Fig1.jpg", lambda: jpeg(picture(79)), "width"),
    ("Fig1.pdf", lambda: drawn("pdf", size=(41, 30)), "width"),
    ("Fig1.pdf", lambda: made.in_units(1.2), "width"),
    ("Fig1.svg", lambda: drawn("svg", size=(39, 30)), "width"),
    ("Fig1.svg", lambda: svg(GOOD, width="170", height="113.4"), "width"),
    ("Fig1.eps", lambda: drawn("eps", size=(60, 30)), "width"),
    ("Fig1.tiff", lambda: tiff(picture(40, 61)), "height"),
    ("Fig1.png", lambda: png(picture(40, 75)), "height"),
    ("Fig1.pdf", lambda: drawn("pdf", size=(40, 62)), "height"),
    ("Fig1.pdf", made.turned_tall, "height"),
    ("Fig1.svg", lambda: drawn("svg", size=(40, 62)), "height"),
    ("Fig1.eps", lambda: drawn("eps", size=(40, 62)), "height"),
    ("Fig1.tiff", lambda: tiff(picture(dpi=150), dpi=(150, 150)), "effective_dpi"),
    ("Fig1.tiff", lambda: tiff(picture(dpi=700), dpi=(700, 700)), "effective_dpi"),
    ("Fig1.jpg", lambda: jpeg(picture(dpi=200), dpi=(200, 200)), "effective_dpi"),
    ("Fig1.pdf", lambda: drawn("pdf", dots=60), "effective_dpi"),
    ("Fig1.svg", lambda: drawn("svg", dots=60), "effective_dpi"),
    ("Fig1.pdf", made.without_font_file, "fonts_embedded"),
    ("Fig1.eps", made.with_helvetica, "fonts_embedded"),
    ("Fig1.pdf", lambda: drawn("pdf", fonttype=3), "fonts_type3"),
    ("Fig1.eps", lambda: drawn("eps", fonttype=3), "fonts_type3"),
    ("Fig1.pdf", lambda: drawn("pdf", family="STIXGeneral"), "fonts_names"),
    ("Fig1.svg", lambda: drawn("svg", family="STIXGeneral"), "fonts_names"),
    ("Fig1.eps", lambda: drawn("eps", family="STIXGeneral"), "fonts_names"),
    ("Fig1.pdf", lambda: drawn("pdf", text=5.5), "text_smallest"),
    ("Fig1.pdf", lambda: drawn("pdf", note=(0.1, 0.9, "ab", 3.5)), "text_smallest"),
    ("Fig1.pdf", lambda: made.with_content(drawn("pdf"), b"q 0.7 0 0 0.7 0 0 cm", b"Q"), "text_smallest"),
    ("Fig1.svg", lambda: drawn("svg", text=5.5), "text_smallest"),
    ("Fig1.svg", lambda: svg(f'{stroke(0.5)}<g transform="scale(0.5)">{letters(8)}</g>'), "text_smallest"),
    ("Fig1.pdf", lambda: drawn("pdf", text=11), "text_largest"),
    ("Fig1.svg", lambda: drawn("svg", text=11), "text_largest"),
    ("Fig1.pdf", lambda: drawn("pdf", line=0.1), "line_thinnest"),
    ("Fig1.pdf", lambda: made.with_content(drawn("pdf"), b"0 w 9 9 m 30 30 l S"), "line_thinnest"),
    ("Fig1.pdf", lambda: made.with_content(drawn("pdf"), THIN), "line_thinnest"),
    ("Fig1.svg", lambda: drawn("svg", line=0.1), "line_thinnest"),
    ("Fig1.svg", lambda: svg(f'<defs><g id="a">{stroke(0.1)}</g></defs><use href="#a"/>{TEXT}'), "line_thinnest"),
    (
        "Fig1.svg",
        lambda: svg(f'<line x1="9" x2="99" class="thin"/>{letters(7)}', style=".thin{stroke:#000;stroke-width:.5}"),
        "line_thinnest",
    ),
    ("Fig1.pdf", lambda: drawn("pdf", line=2), "line_thickest"),
    ("Fig1.svg", lambda: drawn("svg", line=2), "line_thickest"),
    ("Fig1.pdf", lambda: drawn("pdf", note=(0.9, 0.5, "beyond", 7)), "outside"),
    ("Fig1.svg", lambda: drawn("svg", note=(-0.3, 0.5, "before", 7)), "outside"),
    ("Fig1.pdf", lambda: drawn("pdf", text_colour="#999999"), "text_contrast"),
    ("Fig1.pdf", lambda: drawn("pdf", text_colour="black", ground="#333333"), "text_contrast"),
    ("Fig1.svg", lambda: drawn("svg", text_colour="#999999"), "text_contrast"),
    ("Fig1.svg", lambda: drawn("svg", text_colour="white"), "text_contrast"),
    *(
        (name, lambda make=make, pair=pair: make(pair), rule)
        for pair, rule in (
            (YELLOW, "colour_contrast"),
            (DEUTERANOPIA, "distance_deuteranopia"),
            (PROTANOPIA, "distance_protanopia"),
            (TRITANOPIA, "distance_tritanopia"),
        )
        for name, make in (
            ("Fig1.tiff", lambda pair: tiff(picture(colours=pair))),
            ("Fig1.jpg", lambda pair: jpeg(picture(colours=pair))),
            ("Fig1.pdf", lambda pair: drawn("pdf", colours=pair)),
            ("Fig1.svg", lambda pair: drawn("svg", colours=pair)),
        )
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def strict():
    return read_profile(STRICT)


@pytest.fixture(autouse=True)
def _without_ghostscript(monkeypatch):
    """The same everywhere: what Ghostscript adds has a test of its own."""
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, *more: None if name == "gs" else which(name, *more))


def checked(folder: Path, name: str, content: bytes, profile):
    path = folder / name
    path.write_bytes(content)
    return check_file(path, profile)


@pytest.mark.parametrize("kind", RIGHT)
def test_nothing_is_found_in_a_right_file(kind, tmp_path, strict):
    name, make = RIGHT[kind]
    one = checked(tmp_path, name, make(), strict)
    assert not one.refused
    assert one.of(FAIL) == ()
    assert len(one.of(PASS)) >= 9


@pytest.mark.parametrize(
    ("name", "make", "rule"), WRONG, ids=[f"{rule}-{at}-{name}" for at, (name, _, rule) in enumerate(WRONG)]
)
def test_the_one_fault_is_found_and_no_other(name, make, rule, tmp_path, strict):
    one = checked(tmp_path, name, make(), strict)
    assert not one.refused
    assert [finding.rule for finding in one.of(FAIL)] == [rule]
    fault = one.of(FAIL)[0]
    assert fault.measured
    assert fault.limit
    assert fault.source


def test_at_least_sixty_faults_and_ten_right_files():
    assert len(WRONG) >= 60
    assert len(RIGHT) >= 10
    assert len({rule for _, _, rule in WRONG}) >= 24


def test_every_rule_has_a_verdict_in_every_file(tmp_path, strict):
    rules = set()
    for name, make in RIGHT.values():
        one = checked(tmp_path, name, make(), strict)
        assert {finding.verdict for finding in one.findings} <= {PASS, UNSEEN, NO_RULE}
        rules.add(tuple(finding.rule for finding in one.findings))
    assert len(rules) == 1
