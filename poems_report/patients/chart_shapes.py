"""Outlines of the chart's symbols, arrows and lines, as SVG paths."""

from __future__ import annotations

from collections.abc import Sequence

from poems_report.patients.drawing import Mark

RADIUS = 2.6
ARROW = 5.0


def lines_through(marks: Sequence[Mark], visit_days: Sequence[int]) -> tuple[str, ...]:
    """Paths through values of consecutive visits; a visit without a value starts a new one."""
    at = {mark.day: mark for mark in marks}
    runs: list[list[Mark]] = [[]]
    for day in visit_days:
        if day in at:
            runs[-1].append(at[day])
        elif runs[-1]:
            runs.append([])
    return tuple("M" + " L".join(f"{mark.x:g} {mark.y:g}" for mark in run) for run in runs if len(run) > 1)


def symbol(name: str, x: float, y: float, radius: float = RADIUS) -> str:
    """The outline of a point around (x, y) as an SVG path; `name` as in `theme.Stroke`."""
    r = radius
    if name == "circle":
        return f"M{x - r:.2f} {y:.2f} a{r} {r} 0 1 0 {2 * r} 0 a{r} {r} 0 1 0 {-2 * r} 0 Z"
    corners = {
        "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
        "triangle": ((0, -1.2), (1.1, 0.85), (-1.1, 0.85)),
        "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    }[name]
    return "M" + " L".join(f"{x + dx * r:.2f} {y + dy * r:.2f}" for dx, dy in corners) + " Z"


def arrow_at(mark: Mark, censored: int) -> str:
    """A short stroke with a head, down for a value below its limit and up for one above."""
    way = 1 if censored < 0 else -1
    start, end = mark.y + way * RADIUS, mark.y + way * (RADIUS + ARROW)
    head = end - way * 2
    left, right = mark.x - 1.6, mark.x + 1.6
    shaft = f"M{mark.x:g} {start:.2f} V{end:.2f}"
    return f"{shaft} M{left:.2f} {head:.2f} L{mark.x:g} {end:.2f} L{right:.2f} {head:.2f}"
