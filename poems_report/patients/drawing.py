"""What the marker chart shows, in points from its top left corner. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Label:
    """One line of text.

    Attributes:
        x: start, middle or end of the text, as `anchor` says.
        y: its base line.
        colour: `#rrggbb`.
    """

    text: str
    x: float
    y: float
    anchor: str
    colour: str
    bold: bool = False


@dataclass(frozen=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Area:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """One measurement: the outline of its symbol, and whether it is open (a value at a limit)."""

    day: int
    x: float
    y: float
    path: str
    open: bool


@dataclass(frozen=True)
class MarkerPanel:
    """One marker.

    Attributes:
        bands: up to the limit of normal.
        limits: the limits of normal themselves.
        grid: light lines at the ticks.
        lines: paths between values of consecutive visits; a visit without a value breaks them.
        arrows: short strokes from an open symbol towards where the value lies.
    """

    marker: str
    colour: str
    dash: str
    area: Area
    bands: tuple[Area, ...]
    limits: tuple[Rule, ...]
    grid: tuple[Rule, ...]
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    arrows: tuple[str, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class ChartView:
    """The whole drawing.

    Attributes:
        events: vertical lines at events; `infusion` the one at day 0, None without infusion.
        breaks: strips that hide everything where the time scale is broken; `slashes` mark them.
        alt: what the lines do, in words.
    """

    width: float
    height: float
    panels: tuple[MarkerPanel, ...]
    events: tuple[Rule, ...]
    infusion: Rule | None
    axis: tuple[Rule, ...]
    ticks: tuple[Rule, ...]
    breaks: tuple[Area, ...]
    slashes: tuple[Rule, ...]
    labels: tuple[Label, ...]
    alt: str
