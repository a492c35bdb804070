"""What the figure of sensitivity draws: groups of rows, each with its place, its words and its numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.analysis.response import cutoff_of
from poems_report.analysis.sensitivity import CENSORED, LEAVE_OUT, MAIN, PROFILE, ZEROS, Sensitivity
from poems_report.labels import Labels

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


def value_of(one: Sensitivity) -> float | None:
    """The estimate as it is drawn: a count of a total as a share."""
    if one.estimate is None or one.of is None:
        return one.estimate
    return one.estimate / one.of if one.of else None


def farthest(main: float | None, rows: Sequence[Sensitivity]) -> tuple[Sensitivity, ...]:
    """The rows whose estimate is farthest from that as analysed (none at all is farthest); () if none moves."""
    if main is None:
        return ()
    lost = tuple(one for one in rows if value_of(one) is None)
    if lost:
        return lost
    away = [abs((value_of(one) or 0.0) - main) for one in rows]
    most = max(away, default=0.0)
    return tuple(one for one, far in zip(rows, away, strict=True) if most > _CLOSE and far > most - _CLOSE)


def scale_of(key: str) -> str:
    """What kind of number a main result is."""
    return _SCALES[key.partition(".")[0]]


def number(value: float, scale: str) -> str:
    """A value of this scale as printed."""
    return formats.share(value) if scale == SHARE else formats.decimals(value)


def result_name(study: Study, key: str, words: Labels) -> str:
    """A main result in words."""
    kind, what = key.split(".")[:2]
    if key == "agreement.patients":
        return words["sensitivity.result.patients"]
    marker = study.config.markers.get(what) or study.config.markers[reference(study)]
    phase = words.texts.get(f"phase.{what}", "")
    return words.text(f"sensitivity.result.{kind}", marker=marker.label, phase=phase)


def reference(study: Study) -> str:
    """The reference marker, or the only one."""
    return study.config.pair[0] if study.config.pair else next(iter(study.config.markers))


def choice_name(study: Study, kind: str, choice: str, words: Labels) -> str:
    """A choice in words; without `choice`, its kind."""
    if not choice:
        return words[f"sensitivity.kind.{kind}"]
    if kind != PROFILE:
        return words[f"sensitivity.choice.{choice}"]
    cutoff = cutoff_of(study.config, choice)
    if cutoff.value is None:
        return words["sensitivity.choice.lab_uln"]
    unit = study.config.markers[reference(study)].unit
    return words.text("sensitivity.choice.cutoff", value=formats.quantity(cutoff.value), unit=unit)


def _group(
    study: Study, key: str, rows: tuple[Sensitivity, ...], words: Labels, ranged: Collection[str]
) -> Group:
    scale = scale_of(key)
    main = next(one for one in rows if one.kind == MAIN)
    found = [_single(study, main, scale, words)]
    for kind in KINDS:
        own = tuple(one for one in rows if one.kind == kind)
        if kind in ranged and own:
            found.append(_range(study, kind, main, own, scale, words))
        else:
            found += [_single(study, one, scale, words) for one in own]
    marker = key.split(".")[1] if scale == CHANGE else ""
    return Group(key, result_name(study, key, words), scale, marker, value_of(main), tuple(found))


def _single(study: Study, one: Sensitivity, scale: str, words: Labels) -> Row:
    label = choice_name(study, one.kind, one.choice, words)
    value = value_of(one)
    if value is None:
        return Row(one.kind, label, words["figure.sensitivity.missing"], None, None, None)
    text = number(value, scale)
    if one.of:
        text = words.text(
            "figure.sensitivity.of", count=formats.count(one.estimate or 0), of=formats.count(one.of)
        )
    return Row(one.kind, label, text, value, one.ci_low, one.ci_high)


def _range(
    study: Study, kind: str, main: Sensitivity, rows: tuple[Sensitivity, ...], scale: str, words: Labels
) -> Row:
    label = choice_name(study, kind, "", words)
    values = [value for value in map(value_of, rows) if value is not None]
    if not values:
        return Row(kind, label, words["figure.sensitivity.missing"], None, None, None)
    low, high = min(values), max(values)
    ends = number(low, scale), number(high, scale)
    text = (
        ends[0] if ends[0] == ends[1] else words.text("figure.sensitivity.range", low=ends[0], high=ends[1])
    )
    far = farthest(value_of(main), rows) if kind == LEAVE_OUT else ()
    if far:
        key = "figure.sensitivity.one" if len(far) == 1 else "figure.sensitivity.several"
        text = words.text(key, range=text, first=far[0].choice, others=formats.count(len(far) - 1))
    return Row(kind, label, text, None, low, high)
