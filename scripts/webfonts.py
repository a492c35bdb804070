"""Compresses the fonts for the HTML report, glyph for glyph the same, as WOFF2. Run after a change of fonts."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont

from poems_report.provenance import write_atomically

FONTS = Path(__file__).resolve().parent.parent / "templates" / "fonts"
USED = ("Regular", "It", "Bold")


def main() -> None:
    """Write a WOFF2 beside each font that the report's style sheet names."""
    for name in USED:
        font = TTFont(FONTS / f"SourceSans3-{name}.ttf", recalcTimestamp=False)
        font.flavor = "woff2"
        out = BytesIO()
        font.save(out)
        write_atomically(FONTS / f"SourceSans3-{name}.woff2", out.getvalue())


if __name__ == "__main__":
    main()
