"""The table of the main results under other choices: what changes, what does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.analysis.sensitivity import CENSORED, LEAVE_OUT, PROFILE, ZEROS, Sensitivity
from poems_report.labels import Labels, labels
from poems_report.tables.plain import heads_of, plain_table, unbroken
from poems_report.wording import choice_name, number_of, p_cell_with_test, result_name

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.analysis import Result, Results
    from poems_report.study import Study

_COLUMNS = ("result", "main", "n", "p", "others", "left_out", "verdict")
_CHOICES = (ZEROS, CENSORED, PROFILE)
_DIGITS = 9


def sensitivity(study: Study, results: Results) -> GT:
    """Each main result, its range under each kind of other choice and without each patient, and what changes.

    A result changes where the number as printed does.
    """
    words = labels()
    found = [tuple(own) for _, own in groupby(results.sensitivity, lambda one: one.key)]
    rows = [_row(study, results[main.key], main, others, words) for main, *others in found]
    reasons = {
        one.reason: choice_name(study, one.kind, one.choice, words)
        for one in results.sensitivity
        if one.estimate is None and _concerns_all(one)
    }
    notes = [words["table.sensitivity.note"]]
    for reason, choice in reasons.items():
        notes.append(words.text("table.sensitivity.reason", choice=choice, reason=reason))
    heads = heads_of("sensitivity", _COLUMNS, words)
    return plain_table("sensitivity", heads, rows, numbers=("main", "n"), notes=notes)


def _row(
    study: Study, result: Result, main: Sensitivity, others: Sequence[Sensitivity], words: Labels
) -> dict[str, str]:
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
        "result": result_name(study, main.key, words),
        "main": _printed(main, words),
        "n": formats.count(main.n or 0),
        "p": p_cell_with_test(result, words),
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
            choice, printed = choice_name(study, most.kind, most.choice, words), _printed(most, words)
            changes.append(words.text("table.sensitivity.change", choice=choice, value=printed))
    if not changes:
        return words["table.sensitivity.unchanged"]
    return words.text("table.sensitivity.changes", changes="; ".join(changes))


def _concerns_all(one: Sensitivity) -> bool:
    """Whether the choice is not estimable because it cannot be made, not because of what it leaves."""
    return one.estimate is None and (one.kind == PROFILE or not one.choice)


def _away(one: Sensitivity, main: Sensitivity) -> float:
    """How far an estimate is from that as analysed, equal but for rounding errors; infinite where there is none."""
    here, there = one.value, main.value
    return float("inf") if here is None or there is None else round(abs(here - there), _DIGITS)


def _range(rows: Sequence[Sensitivity], words: Labels) -> str:
    """The lowest and the highest estimate of these rows as printed."""
    values = [one.value for one in rows if one.value is not None]
    if not values:
        reasons = dict.fromkeys(one.reason or words["table.sensitivity.nobody"] for one in rows)
        return words.text("common.not_estimable", reason="; ".join(reasons))
    low, high = (number_of(rows[0].key, end) for end in (min(values), max(values)))
    return unbroken(low if low == high else words.text("table.sensitivity.ends", low=low, high=high))


def _printed(one: Sensitivity, words: Labels) -> str:
    return words["table.sensitivity.missing"] if one.value is None else number_of(one.key, one.value)
