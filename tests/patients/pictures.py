"""Pages as small grey pictures, and how far two of them differ.

`python -m tests.patients.pictures`, from the root of the project, writes the pictures of `reference/` anew; look at
each before it is committed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from tests.conftest import EPOCH

REFERENCE = Path(__file__).with_name("reference")
DPI = 40
GREY = 17
STEP = 24
"""Of 255: a point that is darker than the darkest of the nine around it in the reference by more than this, or
lighter than the lightest, differs. So a shift of one point, 0.6 mm, is no difference."""

CELL = 12
"""Side in points of the squares into which a page is cut, 7.6 mm."""

MOST = 0.03
"""Of the points of a square may differ: 4 of 144."""

VERSIONS = (0.30, 0.94, 0.70, 0.98)
"""Left, top, right and bottom of the versions in the foot, as shares of the page: they change with every release."""


def picture(content: bytes | Path, page: int = 0) -> Image.Image:
    """One page, grey, without the versions in its foot."""
    with pypdfium2.PdfDocument(content) as document:
        drawn = document[page].render(scale=DPI / 72, grayscale=True).to_pil()
    left, top, right, bottom = VERSIONS
    wide, high = drawn.size
    ImageDraw.Draw(drawn).rectangle((left * wide, top * high, right * wide, bottom * high), fill=255)
    return drawn


def reference(name: str) -> Image.Image:
    """The committed picture of a page."""
    with Image.open(REFERENCE / f"{name}.png") as opened:
        return opened.convert("L")


def difference(drawn: Image.Image, expected: Image.Image) -> float:
    """The largest share of points that differ within one square of the page; 1 where the sizes do."""
    if drawn.size != expected.size:
        return 1.0
    differs = _strays(drawn, expected) | _strays(expected, drawn)
    high, wide = (-(-side // CELL) * CELL for side in differs.shape)
    padded = np.zeros((high, wide), dtype=bool)
    padded[: differs.shape[0], : differs.shape[1]] = differs
    squares = padded.reshape(high // CELL, CELL, wide // CELL, CELL)
    return float(squares.mean(axis=(1, 3)).max())


def _strays(one: Image.Image, other: Image.Image) -> NDArray[np.bool_]:
    """Points of a picture that are no grey of those around them in the other: what it has and the other lacks."""
    found = np.asarray(one, dtype=int)
    darkest = np.asarray(other.filter(ImageFilter.MinFilter(3)), dtype=int)
    lightest = np.asarray(other.filter(ImageFilter.MaxFilter(3)), dtype=int)
    return (found < darkest - STEP) | (found > lightest + STEP)


def documents() -> Iterator[tuple[str, bytes]]:
    """The pages that are compared, by name: all patients, and one of each language, variant and option."""
    from poems_report import analyse, load_study
    from poems_report.patients import finish_of, patient_view, since_of
    from poems_report.patients.pdf import pdf_of
    from poems_report.provenance import clock

    study = load_study(Path(__file__).parents[2] / "data")
    results, form = analyse(study), finish_of("form")
    for patient in study.patient_ids:
        yield patient, pdf_of(patient_view(study, results, patient), clock())
    yield "P02-it", pdf_of(patient_view(study, results, "P02", "it"), clock())
    yield "P02-it-since", pdf_of(patient_view(study, results, "P02", "it", since_of("30")), clock())
    yield "P01-form", pdf_of(patient_view(study, results, "P01"), clock(), form)


def _renew() -> None:
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    for name, content in documents():
        small = picture(content).point(lambda value: round(value / GREY) * GREY)
        small.save(REFERENCE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    _renew()
