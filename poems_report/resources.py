"""Where templates and fonts lie: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """The folder of templates, style sheets, filters and fonts."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def fonts_folder() -> Path:
    """The folder of the one font family (Source Sans 3: Regular, It, Bold, BoldIt as TTF)."""
    return templates_folder() / "fonts"
