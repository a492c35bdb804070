"""The table of the main results under other choices: what changes, what does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.analysis.response import cutoff_of
from poems_report.analysis.sensitivity import CENSORED, LEAVE_OUT, PROFILE, ZEROS, Sensitivity
from poems_report.labels import Labels, labels
from poems_report.study.config import PHASES
from poems_report.tables.plain import heads_of, plain_table, unbroken
from poems_report.tables.results import p_with_floor

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.analysis import Results
    from poems_report.study import Study

_COLUMNS = ("result", "main", "n", "p", "others", "left_out", "verdict")
_CHOICES = (ZEROS, CENSORED, PROFILE)
_DIGITS = 9
_SHARES = ("agreement.", "response.")


def sensitivity(study: Study, results: Results) -> GT:
    """Each main result, its range under each kind of other choice and without each patient, and what changes.

    A result changes where the number as printed does.
    """
    words = labels()
    found = [tuple(own) for _, own in groupby(results.sensitivity, lambda one: one.key)]
    rows = [_row(study, main, others, words) for main, *others in found]
    methods: dict[str, list[str]] = {}
    for main, *_ in found:
        if main.p is not None:
            methods.setdefault(main.method, []).append(_name(study, main.key, words))
    reasons = {
        one.reason: _choice(study, one, words)
        for one in results.sensitivity
        if one.estimate is None and _concerns_all(one)
    }
    notes = [words["table.sensitivity.note"]]
    for reason, choice in reasons.items():
        notes.append(words.text("table.sensitivity.reason", choice=choice, reason=reason))
    for method, names in methods.items():
        notes.append(words.text("table.sensitivity.method", names=formats.listing(names), method=method))
    heads = heads_of("sensitivity", _COLUMNS, words)
    return plain_table("sensitivity", heads, rows, numbers=("main", "n"), notes=notes)


def _row(study: Study, main: Sensitivity, others: Sequence[Sensitivity], words: Labels) -> dict[str, str]:
    kinds = {kind: [one for one in others if one.kind == kind] for kind in (*_CHOICES, LEAVE_OUT)}
    ranges = [
        words.text(
            "table.sensitivity.range",
            kind=words[f"sensitivity.kind.{kind}"],
            range=_range(kinds[kind], words),
        )
        for kind in _CHOICES
        if kinds[kind]
    ]
    none = words["table.sensitivity.none"]
    return {
        "result": _name(study, main.key, words),
        "main": _printed(main, words),
        "n": formats.count(main.n or 0),
        "p": none if main.p is None else p_with_floor(main.p, main.p_floor or 0.0, words),
        "others": "; ".join(ranges) or none,
        "left_out": _range(kinds[LEAVE_OUT], words),
        "verdict": _verdict(study, main, kinds.values(), words),
    }


def _verdict(study: Study, main: Sensitivity, kinds: Iterable[Sequence[Sensitivity]], words: Labels) -> str:
    """Whether any choice changes the printed number, and of each kind the choice that changes it most."""
    changes = []
    for rows in kinds:
        moved = [
            one for one in rows if not _concerns_all(one) and _printed(one, words) != _printed(main, words)
        ]
        if moved:
            most = max(moved, key=lambda one: _away(one, main))
            choice, printed = _choice(study, most, words), _printed(most, words)
            changes.append(words.text("table.sensitivity.change", choice=choice, value=printed))
    if not changes:
        return words["table.sensitivity.unchanged"]
    return words.text("table.sensitivity.changes", changes="; ".join(changes))


def _concerns_all(one: Sensitivity) -> bool:
    """Whether the choice is not estimable because it cannot be made, not because of what it leaves."""
    return one.estimate is None and (one.kind == PROFILE or not one.choice)


def _away(one: Sensitivity, main: Sensitivity) -> float:
    """How far an estimate is from that as analysed, equal but for rounding errors; infinite where there is none."""
    here, there = _value(one), _value(main)
    return float("inf") if here is None or there is None else round(abs(here - there), _DIGITS)


def _range(rows: Sequence[Sensitivity], words: Labels) -> str:
    """The lowest and the highest estimate of these rows as printed."""
    values = [value for value in map(_value, rows) if value is not None]
    if not values:
        reasons = dict.fromkeys(one.reason for one in rows)
        return words.text("common.not_estimable", reason="; ".join(reasons))
    low, high = (_number(rows[0].key, end) for end in (min(values), max(values)))
    return unbroken(low if low == high else words.text("table.sensitivity.ends", low=low, high=high))


def _printed(one: Sensitivity, words: Labels) -> str:
    value = _value(one)
    return words["table.sensitivity.missing"] if value is None else _number(one.key, value)


def _value(one: Sensitivity) -> float | None:
    """The estimate, a count of a total as a share."""
    if one.estimate is None or one.of is None:
        return one.estimate
    return one.estimate / one.of if one.of else None


def _number(key: str, value: float) -> str:
    return formats.share(value) if key.startswith(_SHARES) else formats.decimals(value)


def _name(study: Study, key: str, words: Labels) -> str:
    """A main result in words."""
    kind, what = key.split(".")[:2]
    if what in PHASES:
        return words.text(f"sensitivity.result.{kind}", phase=words[f"phase.{what}"])
    if kind == "agreement":
        return words["sensitivity.result.patients"]
    marker = what if kind == "day_after" else _reference(study)
    return words.text(f"sensitivity.result.{kind}", marker=study.config.markers[marker].label)


def _choice(study: Study, one: Sensitivity, words: Labels) -> str:
    """A choice in words."""
    if not one.choice:
        return words[f"sensitivity.kind.{one.kind}"]
    if one.kind == LEAVE_OUT:
        return words.text("table.sensitivity.without", patient=one.choice)
    cutoff = cutoff_of(study.config, one.choice) if one.kind == PROFILE else None
    if cutoff is None or cutoff.value is None:
        return words[f"sensitivity.choice.{one.choice}"]
    unit = study.config.markers[_reference(study)].unit
    return words.text("sensitivity.choice.cutoff", value=formats.quantity(cutoff.value), unit=unit)


def _reference(study: Study) -> str:
    return study.config.pair[0] if study.config.pair else next(iter(study.config.markers))
