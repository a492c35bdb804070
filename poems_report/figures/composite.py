"""Figures joined as the panels of one, in the journal's width, with the letters that it asks for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import ascii_lowercase

from poems_report import theme as look
from poems_report.errors import UsageError
from poems_report.figures import NAMES
from poems_report.figures.figure import Figure
from poems_report.figures.theme import MM_PER_INCH, PT_PER_INCH, lettering
from poems_report.labels import labels

NARROWEST_MM = 74.0
"""No panel stands beside another where it had less than this at the text size of the theme."""
BETWEEN_MM = 2.0
_LETTER_LINE = 1.25
"""Height of the strip of a letter, in sizes of the letter."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True)
class Composite:
    """Which figures form one.

    Attributes:
        name: of the whole; none of `NAMES`.
        panels: names of the figures, two or more, in the order of their letters.
    """

    name: str
    panels: tuple[str, ...]


@cache
def composites() -> tuple[Composite, ...]:
    """Those that are made unless others are named, from `composites.toml`."""
    content = tomllib.loads(Path(__file__).with_name("composites.toml").read_text(encoding="utf-8"))
    return tuple(Composite(name, tuple(one["panels"])) for name, one in content.items())


def composite_of(text: str) -> Composite:
    """The composite that is written as `NAME=FIGURE,FIGURE`.

    Raises:
        UsageError: the name is none or that of a figure, a figure is unknown or stands twice, or there is only one.
    """
    name, _, rest = text.partition("=")
    panels = tuple(one.strip() for one in rest.split(",") if one.strip())
    if not _NAME.fullmatch(name) or name in NAMES:
        raise UsageError(
            f"composite {text!r}: a name of small letters, digits and _ is needed, and none of {', '.join(NAMES)}"
        )
    unknown = [one for one in panels if one not in NAMES]
    if unknown:
        raise UsageError(f"composite {name}: no figure {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if len(panels) < 2 or len(set(panels)) < len(panels):
        raise UsageError(
            f"composite {name}: two or more different figures are needed, as in {name}=day_after,agreement"
        )
    return Composite(name, panels)


def compose(composite: Composite, make: Callable[[str, float], Figure], width_mm: float) -> Figure:
    """The panels beside each other where each is wide enough, else below each other.

    Of an odd number in two columns the first panel takes the whole width. Letters, fonts and lines are those of
    `theme.lettering`.

    Args:
        composite: which figures.
        make: makes a figure of this name for a width in millimetres.
        width_mm: of the whole.
    """
    import pandas as pd

    from poems_report.figures.joined import Joined, Place

    words = labels()
    strip_mm = lettering().panel_pt * _LETTER_LINE / PT_PER_INCH * MM_PER_INCH
    places: list[Place] = []
    top_mm = 0.0
    for row in _rows(composite.panels, width_mm):
        own_mm = (width_mm - BETWEEN_MM * (len(row) - 1)) / len(row)
        figures = [make(name, own_mm) for name in row]
        for position, figure in enumerate(figures):
            letter = panel_letter(len(places))
            places.append(Place(letter, figure, position * (own_mm + BETWEEN_MM), top_mm, strip_mm))
        top_mm += strip_mm + max(figure.height_mm for figure in figures)
    panels = tuple((_plain_letter(number), place.figure) for number, place in enumerate(places))
    notice = words["notice.illustrative"]
    return Figure(
        name=composite.name,
        plot=Joined(places, width_mm, top_mm, notice),
        width_mm=width_mm,
        height_mm=round(top_mm, 2),
        data=pd.concat(
            [one.data for _, one in panels], keys=[letter for letter, _ in panels], names=["panel"]
        ),
        caption=_once(f"{notice}.", [f"({letter}) {one.caption}" for letter, one in panels]),
        alt=_once(
            f"{notice}.",
            [words.text("figure.panel", letter=letter, text=one.alt) for letter, one in panels],
        ),
        panels=panels,
    )


def panel_letter(number: int) -> str:
    """The letter of the panel of this number, from 0, as it is drawn."""
    letter = _plain_letter(number)
    return f"({letter})" if lettering().panel_brackets else letter


def _plain_letter(number: int) -> str:
    letter = ascii_lowercase[number]
    return letter.upper() if lettering().panel_upper else letter


def _rows(names: Sequence[str], width_mm: float) -> list[Sequence[str]]:
    """The panels by row: two beside each other where both have room, the first alone where the number is odd."""
    least_mm = NARROWEST_MM * lettering().text_pt / look.FIGURE_TEXT_PT
    if (width_mm - BETWEEN_MM) / 2 < least_mm:
        return [[name] for name in names]
    first = len(names) % 2
    pairs = [names[start : start + 2] for start in range(first, len(names), 2)]
    return [names[:first], *pairs] if first else pairs


def _once(notice: str, texts: Sequence[str]) -> str:
    """The texts joined; what all end with stands once, at the end."""
    if all(text.endswith(notice) for text in texts):
        texts = [*(text.removesuffix(notice).rstrip() for text in texts), notice]
    return " ".join(texts)
