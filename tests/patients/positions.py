"""Where every piece of text stands in a finished PDF, and what is wrong with that."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

MARGIN = 18 / 25.4 * 72
TOLERANCE = 0.6
"""Points by which the outlines of two neighbours may touch: kerning, and accents on capitals."""


@dataclass(frozen=True)
class Piece:
    """One run of text and the outline of its ink, in points from the top left corner."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


def pieces(path: Path) -> list[Piece]:
    """Every run of text, in the order of the content."""
    found = []
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document, 1):
            height, text = page.get_height(), page.get_textpage()
            for one in page.get_objects(filter=[FPDF_PAGEOBJ_TEXT], max_depth=6, textpage=text):
                left, bottom, right, top = one.get_bounds()
                form = one.container
                while form is not None:
                    left, bottom, right, top = form.get_matrix().on_rect(left, bottom, right, top)
                    form = form.container
                if one.extract().strip():
                    found.append(
                        Piece(number, one.extract().strip(), left, height - top, right, height - bottom)
                    )
    return found


def faults(path: Path, size: tuple[float, float] = (595.28, 841.89)) -> list[str]:
    """Text outside of the margins, and text upon text."""
    found = pieces(path)
    told = [
        f"outside: {one}"
        for one in found
        if one.left < MARGIN - 1
        or one.right > size[0] - MARGIN + 1
        or not 8 < one.top < one.bottom < size[1] - 8
    ]
    for number in {one.page for one in found}:
        told += _overlaps([one for one in found if one.page == number])
    return told


def _overlaps(found: list[Piece]) -> list[str]:
    told, open_ones = [], []
    for one in sorted(found, key=lambda piece: piece.top):
        open_ones = [other for other in open_ones if other.bottom - TOLERANCE > one.top]
        told += [
            f"upon each other: {one} {other}"
            for other in open_ones
            if one.left < other.right - TOLERANCE and other.left < one.right - TOLERANCE
        ]
        open_ones.append(one)
    return told
