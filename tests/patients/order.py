"""Whether the tag tree of a finished page is read in the order in which the page stands."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

from poems_report.labels import labels
from tests.patients import positions

SECTIONS = (
    "question",
    "diagnosis",
    "timeline",
    "response",
    "panel",
    "findings",
    "place",
    "new",
    "limits",
    "board",
)
OPTIONAL = ("findings", "new")
Place = tuple[int, float, str]


def faults(path: Path, language: str = "en") -> list[str]:
    """Headings that are missing or come out of turn, and what is read under one but stands elsewhere."""
    words = labels(language)
    headings = [words[f"patient.heading.{name}"] for name in SECTIONS]
    stands = _marked_text(path)
    with pikepdf.open(path) as document:
        number = {page.objgen: place for place, page in enumerate(document.pages)}
        order = [
            stands[number[page], mark]
            for page, mark in _marks(document.Root.StructTreeRoot.K[0], None)
            if (number[page], mark) in stands
        ]
    heads = [place for place, (_, _, text) in enumerate(order) if text in headings]
    read = [order[place][2] for place in heads]
    optional = {words[f"patient.heading.{name}"] for name in OPTIONAL}
    told = (
        []
        if read == [one for one in headings if one in read or one not in optional]
        else [f"read in this order: {read}"]
    )
    for start, stop in pairwise(heads):
        above, below = order[start], order[stop]
        told += [
            f"read under {above[2]}: {one}"
            for one in order[start:stop]
            if not (above[:2] <= (one[0], one[1] + 8) and one[:2] < below[:2])
        ]
    return told


def _marked_text(path: Path) -> dict[tuple[int, int], Place]:
    """By page and number of marked content: page, distance from the top, and the text of headings."""
    found = {}
    with pypdfium2.PdfDocument(path) as document:
        for number, page in enumerate(document):
            text = page.get_textpage()
            for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1, textpage=text):
                mark = raw.FPDFPageObj_GetMarkedContentID(one)
                if mark >= 0:
                    left, _, _, up = one.get_bounds()
                    heads = one.extract().strip() if left < positions.MARGIN + 2 else ""
                    found[number, mark] = (number, page.get_height() - up, heads)
    return found


def _marks(element: Any, page: Any) -> Iterator[tuple[Any, int]]:
    """Page and number of every marked content below an element, in the order of the tree."""
    page = element.get("/Pg", page)
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield from _marks(kid, page)
        else:
            yield page.objgen, int(kid)
