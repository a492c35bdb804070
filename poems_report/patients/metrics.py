"""What the page's own font says of its signs: which it has, and how wide they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from poems_report.resources import fonts_folder

REGULAR, BOLD = "SourceSans3-Regular.ttf", "SourceSans3-Bold.ttf"


@cache
def signs_of(font: Path) -> frozenset[int]:
    """The code points that a font file has."""
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def width_in_em(text: str, bold: bool = False) -> float:
    """How wide a text is by the font's advance widths, without kerning; a sign of another font counts 1 em."""
    advances = _advances(BOLD if bold else REGULAR)
    return sum(advances.get(sign, 1.0) for sign in text)


@cache
def _advances(name: str) -> Mapping[str, float]:
    from fontTools.ttLib import TTFont

    with TTFont(fonts_folder() / name, lazy=True) as font:
        widths, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {chr(code): widths[glyph][0] / em for code, glyph in font.getBestCmap().items()}
