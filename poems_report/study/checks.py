"""What the cells of each table must be."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from poems_report.errors import Problem
from poems_report.study.characters import foreign, invisible
from poems_report.study.columns import PATIENT_ID, Column
from poems_report.study.config import StudyConfig
from poems_report.study.layout import Long
from poems_report.study.raw import Coded, Raw
from poems_report.study.rules import Rule, check, is_in, odd, row_rule, text_rule, with_character

if TYPE_CHECKING:
    import pandas as pd

TOTALS = frozenset(
    {"total", "totals", "totale", "totali", "sum", "somma", "mean", "average", "media", "median", "mediana"}
    | {"count", "conteggio", "gesamt", "summe", "mittelwert", "moyenne", "somme", "promedio", "suma"}
)
"""Words that spreadsheets write below their columns."""

_TOTAL = rf"(?i)(?:{'|'.join(sorted(TOTALS))})[ :.]*$"
_WHOLE = re.compile(r"[+-]?[0-9]{1,7}")


def check_patients(table: Raw, columns: tuple[Column, ...]) -> list[Problem]:
    """Problems of the patients: identifiers, the same one twice, answers that are not among the allowed ones."""
    ids = table.columns["patient_id"]
    plain = _plain(ids)
    rules: dict[str, list[Rule]] = {
        "patient_id": [
            *_identifier("patient_id"),
            text_rule(
                "plain",
                lambda texts: texts.str.fullmatch(PATIENT_ID),
                lambda text: f"no plain identifier{with_character(foreign(text))}",
                "letters, digits, - and _, at most 32",
            ),
            row_rule("once", plain & ~first_of(ids.codes), "the same patient twice", "one row a patient"),
            row_rule(
                "once_by_case",
                plain & ~first_of(_folded(ids)),
                "differs from another patient by capitals only",
                "identifiers that no file system confuses",
            ),
        ]
    }
    for column in columns:
        if column.name != "patient_id":
            rules[column.name] = [visible(column.free)]
        if column.allowed:
            answers = ", ".join(answer or "empty" for answer in column.allowed)
            rules[column.name].append(
                text_rule("answer", is_in(column.allowed), odd("not an allowed answer"), answers)
            )
    return check(Long(table, {}), rules)


def check_events(table: Raw, patients: Collection[str], config: StudyConfig) -> list[Problem]:
    """Problems of the events: patient, day and name."""
    rules = {
        "patient_id": known_patient(patients),
        "day": day_rules(table.columns["day"], config),
        "event": [
            visible(free=True),
            text_rule("named", lambda texts: texts != "", "no name", "the name of the event"),
        ],
        "detail": [visible(free=True)],
    }
    return check(Long(table, {}), rules)


def known_patient(patients: Collection[str]) -> list[Rule]:
    """Rules for a patient whom `patients` must hold."""
    return [
        *_identifier("patient_id"),
        text_rule(
            "known",
            is_in(patients),
            lambda text: f"unknown patient{with_character(foreign(text))}",
            "a patient of the table of patients",
        ),
    ]


def day_rules(column: Coded, config: StudyConfig) -> list[Rule]:
    """Rules for a day from infusion."""
    first, last = config.day_range
    allowed = f"a whole number of days from {first} to {last}"
    days = days_of(column)
    told = column.texts.to_pylist()
    whole = {text for text in told if _WHOLE.fullmatch(text)}
    within = {text for text, day in zip(told, days, strict=True) if text not in whole or first <= day <= last}
    return [
        visible(),
        text_rule("whole", is_in(whole), odd("not a whole number of days"), allowed),
        text_rule("within", is_in(within), "a day out of range", allowed),
    ]


def days_of(column: Coded) -> np.ndarray:
    """The day of each distinct text; 0 where it is no whole number."""
    texts = column.texts.to_pylist()
    return np.array([int(text) if _WHOLE.fullmatch(text) else 0 for text in texts], dtype=np.int64)


def whole_days(column: Coded) -> np.ndarray:
    """For each distinct text, whether it is a whole number of days."""
    return np.array([bool(_WHOLE.fullmatch(text)) for text in column.texts.to_pylist()], dtype=bool)


def remark_rules() -> list[Rule]:
    """Rules for free text beside a value, where the decimals of `37,7` end up when commas part the columns."""
    return [
        visible(free=True),
        text_rule(
            "words",
            lambda texts: ~texts.str.fullmatch(r"[0-9]+").astype(bool),
            "a bare number, perhaps the decimals of a value written with a comma",
            "words; and values with a decimal point where commas separate the columns",
        ),
    ]


def _identifier(column: str) -> list[Rule]:
    return [
        visible(),
        text_rule("no_header", lambda texts: texts != column, "the header again", "rows of patients only"),
        text_rule(
            "no_total",
            lambda texts: ~texts.str.match(_TOTAL).astype(bool),
            "a total, no patient",
            "rows of patients only",
        ),
    ]


def visible(free: bool = False) -> Rule:
    """A rule against characters that cannot be seen."""

    def test(texts: pd.Index) -> np.ndarray:
        good = ~np.asarray(texts.str.contains(r"[^\x20-\x7E]"), dtype=bool)
        for place in np.flatnonzero(~good).tolist():
            good[place] = not invisible(texts[place], free)
        return good

    return text_rule(
        "visible",
        test,
        lambda text: f"holds a character that cannot be seen, {invisible(text, free)}",
        "the text without it",
    )


def _plain(column: Coded) -> np.ndarray:
    import pyarrow.compute as pc

    good = pc.match_substring_regex(column.texts, f"^{PATIENT_ID}$")
    return column.spread(good.to_numpy(zero_copy_only=False))


def _folded(column: Coded) -> np.ndarray:
    """Codes that are the same for texts that differ by capitals only."""
    import pyarrow.compute as pc

    return column.spread(pc.utf8_lower(column.texts).dictionary_encode().indices.to_numpy())


def first_of(codes: Sequence[int] | np.ndarray) -> np.ndarray:
    """For each row, whether it is the first with its code."""
    first = np.zeros(len(codes), dtype=bool)
    first[np.unique(codes, return_index=True)[1]] = True
    return first
