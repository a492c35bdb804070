"""WeasyPrint made faster for pages of one kind, without a change of a single byte of what it writes.

Each module here replaces a few functions of WeasyPrint 70.0 by ones that remember what they found; its docstring says
what is remembered and why that is enough. A test renders patients' pages, pages that strain the layout and a report
with and without them and compares bytes. With any other version of WeasyPrint or pydyf nothing is replaced.

Imports WeasyPrint, so import this package inside of functions.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import weasyprint
from weasyprint import css, draw
from weasyprint.css import computed_values, units
from weasyprint.draw import border
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import background, block, inline, preferred
from weasyprint.layout import float as floats
from weasyprint.pdf import pydyf
from weasyprint.text import line_break

from poems_report.layout_speed import bare, boxes, figures, styles, text
from poems_report.layout_speed.styles import keep

__all__ = ["PROVEN", "as_it_comes", "keep", "proven", "remembering", "speed_up"]

PROVEN = {"weasyprint": "70.0", "pydyf": "0.13.0"}
"""The versions that the test compares."""

_LAYOUTS = ("absolute", "block", "column", "float", "grid", "inline", "page", "table")
_REPLACED: tuple[tuple[Any, str, Any], ...] = (
    (css, "StyleFor", styles.KeptStyles),
    (line_break, "split_first_line", text.split_first_line),
    (inline, "split_first_line", text.split_first_line),
    (preferred, "split_first_line", text.split_first_line),
    (draw, "draw_text", text.draw_text),
    *(
        (sys.modules[f"weasyprint.layout.{name}"], "resolve_percentages", boxes.resolve_percentages)
        for name in _LAYOUTS
    ),
    (css, "find_stylesheets", bare.find_stylesheets),
    *((where, "strut", bare.strut) for where in (line_break, inline, units, computed_values)),
    *((where, "avoid_collisions", bare.avoid_collisions) for where in (floats, inline, block)),
    (background, "layout_box_backgrounds", bare.layout_box_backgrounds),
    (draw, "draw_border", bare.draw_border),
    (draw, "draw_outline", bare.draw_outline),
    (border, "draw_outline", bare.draw_outline),
    (background, "resolve_radii_percentages", boxes.resolve_radii_percentages),
    (Box, "is_in_normal_flow", boxes.is_in_normal_flow),
    (pydyf, "_to_bytes", figures.to_bytes),
)
_ORIGINAL = tuple((where, name, getattr(where, name)) for where, name, _ in _REPLACED)
_COMPARING: list[bool] = []


def proven() -> bool:
    """Whether the libraries are those that the replacements were compared with."""
    return {"weasyprint": weasyprint.VERSION, "pydyf": pydyf.VERSION} == PROVEN


def speed_up() -> None:
    """Replace what is slow, for the whole process; nothing happens with other versions than the proven ones."""
    if proven() and not _COMPARING:
        _replace(_REPLACED)


@contextmanager
def as_it_comes() -> Iterator[None]:
    """WeasyPrint as it comes meanwhile, to compare with; in one thread only."""
    _COMPARING.append(True)
    _replace(_ORIGINAL)
    try:
        yield
    finally:
        _COMPARING.pop()
        speed_up()


def _replace(replacements: tuple[tuple[Any, str, Any], ...]) -> None:
    for where, name, replacement in replacements:
        setattr(where, name, replacement)


@contextmanager
def remembering() -> Iterator[None]:
    """Forget the styles of this thread if what runs meanwhile fails: it may have left one half computed."""
    try:
        yield
    except BaseException:
        styles.forget()
        raise
