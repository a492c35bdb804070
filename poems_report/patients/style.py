"""The page's style sheet: variables from the theme, the font's four faces, then `summary.css`."""

from __future__ import annotations

from poems_report import theme
from poems_report.patients.layout import SIDE_MM
from poems_report.patients.metrics import FACES, FAMILIES, OTHER_SCRIPTS
from poems_report.patients.render import patient_templates
from poems_report.resources import fonts_folder


def style_sheet() -> str:
    """CSS of every patient page."""
    own = (patient_templates() / "summary.css").read_text(encoding="utf-8")
    return f"{_faces()}\n{_variables()}\n{own}"


def _faces() -> str:
    faces = [(theme.FONT, *face) for face in FACES]
    faces += [(name, file, 400, "normal") for name, file in OTHER_SCRIPTS]
    return "\n".join(
        f'@font-face {{ font-family: "{name}"; src: url("{(fonts_folder() / file).as_uri()}"); '
        f"font-weight: {weight}; font-style: {style} }}"
        for name, file, weight, style in faces
    )


def _variables() -> str:
    values = {
        "font": FAMILIES,
        "ink": theme.INK,
        "quiet": theme.QUIET,
        "paper": theme.PAPER,
        "band": theme.BAND,
        "hairline": theme.HAIRLINE,
        "text": f"{theme.TEXT_PT}pt",
        "table": f"{theme.TABLE_PT}pt",
        "note": f"{theme.NOTE_PT}pt",
        "margin": f"{theme.PAGE_MARGIN_MM}mm",
        "side": f"{SIDE_MM}mm",
    }
    variables = " ".join(f"--{name}: {value};" for name, value in values.items())
    strokes = " ".join(
        f".stroke-{place} {{ color: {stroke.colour} }}" for place, stroke in enumerate(theme.STROKES)
    )
    return f":root {{ {variables} }}\n{strokes}"
