"""The page's fonts: which signs they have, and how wide those of its own family are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from poems_report import theme
from poems_report.resources import fonts_folder

FACES = (
    ("SourceSans3-Regular.ttf", 400, "normal"),
    ("SourceSans3-It.ttf", 400, "italic"),
    ("SourceSans3-Bold.ttf", 700, "normal"),
    ("SourceSans3-BoldIt.ttf", 700, "italic"),
)

OTHER_SCRIPTS = (
    ("Other Scripts", "other/DejaVuSans.ttf"),
    ("East Asian", "other/DroidSansFallback.ttf"),
)
"""Families for signs that the page's own font lacks, in this order: Hebrew, Arabic, Georgian, signs; then Chinese,
Japanese, Korean. They come with the program, as a font of the machine would give other bytes on the next one."""

FAMILIES = ",".join(f"'{name}'" for name in (theme.FONT, *(name for name, _ in OTHER_SCRIPTS)))

_REGULAR, _BOLD = FACES[0][0], FACES[2][0]


@cache
def signs_of(font: Path) -> frozenset[int]:
    """The code points that a font file has."""
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as opened:
        # Names of glyphs, which nothing here asks for, would take most of the time.
        opened.setGlyphOrder([str(place) for place in range(opened["maxp"].numGlyphs)])
        return frozenset(opened.getBestCmap())


def width_in_em(text: str, bold: bool = False) -> float:
    """How wide a text is by the font's advance widths, without kerning; a sign of another font counts 1 em."""
    advances = _advances(_BOLD if bold else _REGULAR)
    return sum(advances.get(sign, 1.0) for sign in text)


@cache
def _advances(name: str) -> Mapping[str, float]:
    from fontTools.ttLib import TTFont

    with TTFont(fonts_folder() / name, lazy=True) as font:
        widths, em = font["hmtx"].metrics, font["head"].unitsPerEm
        return {chr(code): widths[glyph][0] / em for code, glyph in font.getBestCmap().items()}
