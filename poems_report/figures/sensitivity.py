"""The main results under other choices: one row a choice, in groups by result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from poems_report import formats
from poems_report import theme as look
from poems_report.analysis.sensitivity import LEAVE_OUT, MAIN
from poems_report.errors import FigureError
from poems_report.figures import captions, sheet
from poems_report.figures.axes import round_ticks
from poems_report.figures.figure import Figure
from poems_report.figures.sensitivity_rows import (
    CHANGE,
    CORRELATION,
    KINDS,
    SHARE,
    Group,
    Row,
    groups_of,
)
from poems_report.figures.sheet import Mark
from poems_report.figures.theme import PT_PER_INCH, lettering, mm, text_width_mm
from poems_report.labels import Labels, labels

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.analysis import Results
    from poems_report.study import Study

NAME = "sensitivity"
_TWO_COLUMNS_MM = 150.0
_ROW_MM, _ROW_EM = 3.3, 1.02
_HEAD_MM = 5.0
_AXIS_MM = 9.5
_FOOT_MM = 4.0
_BETWEEN_MM = 7.0
_INDENT_MM = 2.0
_AWAY_MM = 2.2
_EDGE_MM = 1.2
_TICK_MM = 0.8
_LOW_MM = 0.4
"""How much lower than its place the middle of small letters stands."""
_THINNEST_MM = 0.8
_NARROWEST_MM = 15.0
_POINT_PT = 3.8
_RANGE_PT = 2.4
_INK = look.Stroke(look.INK, "circle", ())
_COLUMNS = ((CHANGE, CORRELATION), (SHARE,))
_TICKS = {CORRELATION: (-1.0, -0.5, 0.0, 0.5, 1.0), SHARE: (0.0, 0.25, 0.5, 0.75, 1.0)}


@dataclass(frozen=True)
class _Block:
    """Groups of one scale above one axis, in millimetres from the upper left corner.

    Attributes:
        left: where the names of the results begin.
        top: upper edge.
        panel: both ends of the axis.
        ticks: of the axis, the first and the last at its ends.
    """

    groups: tuple[Group, ...]
    left: float
    top: float
    panel: tuple[float, float]
    ticks: tuple[float, ...]

    @property
    def scale(self) -> str:
        """The scale of all its groups."""
        return self.groups[0].scale

    @property
    def bottom(self) -> float:
        """Where the axis stands."""
        return self.top + _height(self.groups)

    def x(self, value: float) -> float:
        """Place of a value."""
        low, high = self.ticks[0], self.ticks[-1]
        start, end = self.panel
        return start + (value - low) / (high - low) * (end - start)


def sensitivity(study: Study, results: Results, width_mm: float) -> Figure:
    """Every main result as analysed, under each other choice, and with each patient left out in turn.

    In two columns where there is room; where there is less, each kind of choice is drawn as the range of its
    estimates, as leaving out one patient always is.

    Raises:
        FigureError: no main result is estimable.
    """
    if not any(one.kind == MAIN and one.value is not None for one in results.sensitivity):
        raise FigureError(NAME, "a main result that is estimable")
    words = labels()
    blocks = _layout(study, results, words, width_mm)
    height = max(block.bottom for block in blocks) + _AXIS_MM + (_FOOT_MM if study.illustrative else 0.0)
    drawn = [
        mark for block in blocks for mark in (*_axis(block, words), *_words(block), *_marks(block, study))
    ]
    if study.illustrative:
        notice = words["notice.illustrative"]
        drawn.append(
            sheet.text(width_mm, height - _TICK_MM, notice, color=look.QUIET, ha="right", va="bottom")
        )
    plot = sheet.canvas(drawn, width_mm, height)
    return Figure(
        name=NAME,
        plot=plot,
        width_mm=width_mm,
        height_mm=height,
        data=_data(results),
        caption=captions.sensitivity_caption(study, results, words),
        alt=captions.sensitivity_alt(study, results, words),
    )


def _layout(study: Study, results: Results, words: Labels, width_mm: float) -> tuple[_Block, ...]:
    """Two columns with every choice, or one with ranges where two do not fit on the page."""
    every = groups_of(study, results.sensitivity, words, ranged=(LEAVE_OUT,))
    columns = [[one for one in every if one.scale in scales] for scales in _COLUMNS]
    columns = [column for column in columns if column]
    if width_mm >= _TWO_COLUMNS_MM:
        width = (width_mm - _BETWEEN_MM) / 2
        blocks = [
            block
            for place, column in enumerate(columns)
            for block in _column(column, place * (width + _BETWEEN_MM), width)
        ]
        if max(block.bottom for block in blocks) + _AXIS_MM + _FOOT_MM <= lettering().highest_mm:
            return tuple(blocks)
    ranged = groups_of(study, results.sensitivity, words, ranged=KINDS)
    return tuple(_column(list(ranged), 0.0, width_mm))


def _row_mm() -> float:
    """Height of a row, for letters of this size."""
    return max(_ROW_MM, _ROW_EM * mm(lettering().note_pt / PT_PER_INCH))


def _head_mm() -> float:
    """Height of the name of a result above its rows."""
    return _HEAD_MM - _ROW_MM + _row_mm()


def _column(groups: Sequence[Group], left: float, width_mm: float) -> list[_Block]:
    """The groups below each other, an axis below all of one scale; the panel takes what the words leave."""
    rows = [row for group in groups for row in group.rows]
    before = _INDENT_MM + max(text_width_mm(row.label, lettering().note_pt) for row in rows) + _AWAY_MM
    after = _AWAY_MM + max(text_width_mm(row.text, lettering().note_pt) for row in rows)
    panel = left + before, left + max(width_mm - after, before + _NARROWEST_MM)
    blocks, top = [], 0.0
    for scale in dict.fromkeys(one.scale for one in groups):
        own = tuple(one for one in groups if one.scale == scale)
        blocks.append(_Block(own, left, top, panel, _ticks(scale, own)))
        top = blocks[-1].bottom + _AXIS_MM
    return blocks


def _height(groups: Sequence[Group]) -> float:
    return sum(_head_mm() + len(group.rows) * _row_mm() for group in groups) + _EDGE_MM


def _ticks(scale: str, groups: Sequence[Group]) -> tuple[float, ...]:
    """Ticks of the scale; for changes round ones around all that is drawn and no change."""
    if scale in _TICKS:
        return _TICKS[scale]
    rows = [row for group in groups for row in group.rows]
    drawn = [value for row in rows for value in (row.estimate, row.low, row.high) if value is not None]
    low, high = min([0.0, *drawn]), max([0.0, *drawn])
    return round_ticks(low, high) if low < high else (-1.0, 0.0, 1.0)


def _tick(value: float, scale: str) -> str:
    return formats.share(value) if scale == SHARE else formats.quantity(value)


def _places(block: _Block) -> list[tuple[Group, Row, float]]:
    """Each row with its group and the height of its middle."""
    found, top = [], block.top
    for group in block.groups:
        found += [
            (group, row, top + _head_mm() + (place + 0.5) * _row_mm()) for place, row in enumerate(group.rows)
        ]
        top += _head_mm() + len(group.rows) * _row_mm()
    return found


def _axis(block: _Block, words: Labels) -> Iterator[Mark]:
    """Axis with ticks and title, a light line up from each tick, and each result as analysed as a line."""
    ends = [(tick, block.x(tick)) for tick in block.ticks]
    start, end = block.panel
    quiet: dict[str, Any] = {"colour": look.QUIET, "width_pt": look.FIGURE_AXIS_PT}
    for _, x in ends:
        yield sheet.line(x, block.top + _head_mm(), x, block.bottom, look.HAIRLINE, 0.35)
        yield sheet.line(x, block.bottom, x, block.bottom + _TICK_MM, **quiet)
    yield sheet.line(start, block.bottom, end, block.bottom, **quiet)
    for group in block.groups:
        heights = [y for one, _, y in _places(block) if one is group]
        if group.main is not None:
            x = block.x(group.main)
            yield sheet.line(x, heights[0], x, heights[-1] + _row_mm() / 2, **quiet)
    named = [(x, _tick(tick, block.scale)) for tick, x in ends]
    widest = max(text_width_mm(text, lettering().note_pt) for _, text in named)
    if ends[1][1] - ends[0][1] < widest + _EDGE_MM:
        named = named[::2]
    below = block.bottom + _TICK_MM + _EDGE_MM / 2
    for x, text in named:
        yield sheet.text(x, below, text, va="top")
    title = words[f"figure.sensitivity.axis.{block.scale}"]
    yield sheet.text((start + end) / 2, below + _row_mm(), title, size=lettering().text_pt, va="top")


def _words(block: _Block) -> Iterator[Mark]:
    """Names of results and choices left of the panel, numbers right of it."""
    beside = block.panel[1] + _AWAY_MM
    style: dict[str, Any] = {"ha": "left", "va": "center_baseline"}
    top = block.top
    for group in block.groups:
        name_at = top + _head_mm() - _row_mm() / 2 - _LOW_MM
        yield sheet.text(block.left, name_at, group.name, fontweight="bold", **style)
        top += _head_mm() + len(group.rows) * _row_mm()
    for _, row, y in _places(block):
        yield sheet.text(block.left + _INDENT_MM, y - _LOW_MM, row.label, color=look.QUIET, **style)
        yield sheet.text(beside, y - _LOW_MM, row.text, **style)


def _marks(block: _Block, study: Study) -> Iterator[Mark]:
    """Intervals and estimates; ranges as thick lines; an open point at the word where nothing is estimable."""
    order = list(study.config.markers)
    for group, row, y in _places(block):
        stroke = look.stroke_of(order.index(group.marker)) if group.marker else _INK
        if row.low is not None and row.high is not None:
            left, right = _span(block, row.low, row.high, row.ranged)
            width = _RANGE_PT if row.ranged else look.FIGURE_LINE_PT
            yield sheet.line(left, y, right, y, stroke.colour, width)
        if row.estimate is not None:
            yield sheet.point(block.x(row.estimate), y, stroke, _POINT_PT, filled=True)
        elif not row.ranged:
            yield sheet.point(block.panel[1] + 0.4 * _AWAY_MM, y, stroke, _POINT_PT, filled=False)


def _span(block: _Block, low: float, high: float, ranged: bool) -> tuple[float, float]:
    """Both ends of an interval or range; a range of one value is wide enough to be seen."""
    left, right = block.x(low), block.x(high)
    more = max(0.0, (_THINNEST_MM - (right - left)) / 2) if ranged else 0.0
    return left - more, right + more


def _data(results: Results) -> pd.DataFrame:
    """Every row of `Results.sensitivity`."""
    import pandas as pd

    columns = {
        "key": "result",
        "kind": "choice changed",
        "choice": "choice",
        "estimate": "estimate",
        "of": "of (total, where the estimate is a count)",
        "ci_low": "interval low",
        "ci_high": "interval high",
        "level": "interval level",
        "p": "p",
        "p_floor": "smallest p possible",
        "n": "n (patients)",
        "method": "method",
        "reason": "reason why not estimable",
    }
    rows = pd.DataFrame([asdict(one) for one in results.sensitivity], columns=list(columns))
    return rows.rename(columns=columns)
