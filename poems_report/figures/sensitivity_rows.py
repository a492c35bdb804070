"""What the figure of sensitivity draws: groups of rows, each with its place, its words and its numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.analysis.sensitivity import CENSORED, LEAVE_OUT, MAIN, PROFILE, ZEROS, Sensitivity
from poems_report.labels import Labels
from poems_report.wording import choice_name, number_of, result_name

if TYPE_CHECKING:
    from poems_report.study import Study

CHANGE, CORRELATION, SHARE = "change", "correlation", "share"
KINDS = (ZEROS, CENSORED, PROFILE, LEAVE_OUT)
_SCALES = {
    "day_after": CHANGE,
    "within": CORRELATION,
    "between": CORRELATION,
    "phase": CORRELATION,
    "agreement": SHARE,
    "response": SHARE,
}
_CLOSE = 1e-9


@dataclass(frozen=True)
class Row:
    """One choice, or the range over all choices of a kind.

    Attributes:
        kind: as in `Sensitivity`.
        label: the choice in words.
        text: the number in words.
        estimate: None for a range and where it is not estimable.
        low: lower end of the interval or of the range; None where there is none.
        high: upper end of it.
    """

    kind: str
    label: str
    text: str
    estimate: float | None
    low: float | None
    high: float | None

    @property
    def ranged(self) -> bool:
        """Whether the row stands for several choices."""
        return self.estimate is None and self.low is not None


@dataclass(frozen=True)
class Group:
    """One main result with all its rows, the result as analysed first.

    Attributes:
        scale: `change` (log2), `correlation` or `share`.
        marker: the marker whose change it is; empty for results of both.
        main: the estimate as analysed; None where it is not estimable.
    """

    key: str
    name: str
    scale: str
    marker: str
    main: float | None
    rows: tuple[Row, ...]


def groups_of(
    study: Study, rows: Sequence[Sensitivity], words: Labels, ranged: Collection[str]
) -> tuple[Group, ...]:
    """The rows in groups, a group a main result.

    Args:
        study: the study.
        rows: of `Results.sensitivity`, ordered by result.
        words: the catalogue.
        ranged: kinds of choice that make one row, the range of their estimates.
    """
    return tuple(
        _group(study, key, tuple(own), words, ranged) for key, own in groupby(rows, lambda one: one.key)
    )


def farthest(main: float | None, rows: Sequence[Sensitivity]) -> tuple[Sensitivity, ...]:
    """The rows whose estimate is farthest from that as analysed (none at all is farthest); () if none moves."""
    if main is None:
        return ()
    lost = tuple(one for one in rows if one.value is None)
    if lost:
        return lost
    away = [abs((one.value or 0.0) - main) for one in rows]
    most = max(away, default=0.0)
    return tuple(one for one, far in zip(rows, away, strict=True) if most > _CLOSE and far > most - _CLOSE)


def scale_of(key: str) -> str:
    """What kind of number a main result is."""
    return _SCALES[key.partition(".")[0]]


def _group(
    study: Study, key: str, rows: tuple[Sensitivity, ...], words: Labels, ranged: Collection[str]
) -> Group:
    scale = scale_of(key)
    main = next(one for one in rows if one.kind == MAIN)
    found = [_single(study, main, words)]
    for kind in KINDS:
        own = tuple(one for one in rows if one.kind == kind)
        if kind in ranged and own:
            found.append(_range(study, kind, main, own, words))
        else:
            found += [_single(study, one, words) for one in own]
    marker = key.split(".")[1] if scale == CHANGE else ""
    return Group(key, result_name(study, key, words), scale, marker, main.value, tuple(found))


def _single(study: Study, one: Sensitivity, words: Labels) -> Row:
    label = choice_name(study, one.kind, one.choice, words)
    value = one.value
    if value is None:
        return Row(one.kind, label, words["figure.sensitivity.missing"], None, None, None)
    text = number_of(one.key, value)
    if one.of:
        text = words.text(
            "figure.sensitivity.of", count=formats.count(one.estimate or 0), of=formats.count(one.of)
        )
    return Row(one.kind, label, text, value, one.ci_low, one.ci_high)


def _range(study: Study, kind: str, main: Sensitivity, rows: tuple[Sensitivity, ...], words: Labels) -> Row:
    label = choice_name(study, kind, "", words)
    values = [value for value in (one.value for one in rows) if value is not None]
    if not values:
        return Row(kind, label, words["figure.sensitivity.missing"], None, None, None)
    low, high = min(values), max(values)
    ends = number_of(main.key, low), number_of(main.key, high)
    text = (
        ends[0] if ends[0] == ends[1] else words.text("figure.sensitivity.range", low=ends[0], high=ends[1])
    )
    far = farthest(main.value, rows) if kind == LEAVE_OUT else ()
    if far:
        key = "figure.sensitivity.one" if len(far) == 1 else "figure.sensitivity.several"
        text = words.text(key, range=text, first=far[0].choice, others=formats.count(len(far) - 1))
    return Row(kind, label, text, None, low, high)
