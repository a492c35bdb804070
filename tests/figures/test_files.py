"""Figures as the report takes them."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from poems_report.errors import DocumentError
from poems_report.figures import figure, theme
from poems_report.figures.files import contents, write_drawings

_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def one(study, results):
    return figure("agreement", study, results)


def test_three_drawings(one, tmp_path: Path) -> None:
    paths = write_drawings(one, tmp_path / "deep" / "agreement")
    assert [path.name for path in paths] == ["agreement.svg", "agreement.live.svg", "agreement.png"]
    outlined, live = (etree.parse(path).getroot() for path in paths[:2])
    assert not list(outlined.iter(f"{_SVG}text"))
    assert list(live.iter(f"{_SVG}text"))
    with Image.open(paths[2]) as picture:
        assert picture.width / 300 * 25.4 == pytest.approx(170, abs=0.5)


def test_fonts_that_are_missing_are_named(tmp_path: Path, monkeypatch) -> None:
    folder = shutil.copytree(theme.fonts_folder(), tmp_path / "fonts")
    shutil.rmtree(folder / "tinos")
    monkeypatch.setattr(theme, "fonts_folder", lambda: folder)
    with pytest.raises(DocumentError, match=f"no fonts in {folder / 'tinos'}; they come with the program"):
        theme.register_fonts.__wrapped__()


def test_a_format_does_not_depend_on_the_others(one) -> None:
    together = contents(one, ("pdf", "svg", "png"))
    for name, made in together.items():
        assert contents(one, (name,))[name] == made, name


def test_resolution_of_the_tiff(one) -> None:
    with Image.open(BytesIO(contents(one, ("tiff",), dpi=300)["tiff"])) as picture:
        assert picture.info["dpi"] == (300, 300)
        assert picture.width == pytest.approx(170 / 25.4 * 300, abs=1)


def test_unknown_format(one) -> None:
    with pytest.raises(DocumentError, match="unknown format of a figure: bmp"):
        contents(one, ("bmp",))
