"""Rules for the cells of a table, all failures found by pandera in one pass and told as problems.

A column is a categorical of its distinct texts: a rule judges the texts, or the rows where only several cells
together tell. Of the rules that a cell breaks, the first is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from poems_report.errors import Problem
from poems_report.study.characters import cut, foreign
from poems_report.study.layout import Long
from poems_report.study.raw import Mask

if TYPE_CHECKING:
    import pandas as pd

MAX_TOLD = 100_000
"""Rows of one column that one rule names one by one; the rest are counted."""


@dataclass(frozen=True)
class Rule:
    """What the cells of one column must be.

    Attributes:
        name: of the rule, unique in its column.
        holds: for a column, the rows that keep the rule, or True where all do.
        message: what is wrong, for the text of a cell.
        allowed: what would be right, for the text of a cell.
    """

    name: str
    holds: Callable[[pd.Series], Mask | bool]
    message: Callable[[str], str]
    allowed: Callable[[str], str]


def text_rule(
    name: str,
    test: Callable[[pd.Index], Any],
    message: str | Callable[[str], str],
    allowed: str | Callable[[str], str],
) -> Rule:
    """A rule on texts.

    Args:
        name: of the rule.
        test: for the distinct texts of a column, which of them are right.
        message: what is wrong, for all texts or for each.
        allowed: what would be right, for all texts or for each.
    """

    def holds(column: pd.Series) -> Mask | bool:
        good = np.asarray(test(column.cat.categories), dtype=bool)
        return True if good.all() else good[column.cat.codes.to_numpy()]

    return Rule(name, holds, _each(message), _each(allowed))


def row_rule(name: str, wrong: Mask, message: str, allowed: str | Callable[[str], str]) -> Rule:
    """A rule on rows, for which it is known already which of them are wrong."""
    return Rule(name, lambda _: ~wrong if wrong.any() else True, _each(message), _each(allowed))


def is_in(values: Collection[str]) -> Callable[[pd.Index], Any]:
    """A test for texts among these."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array(list(values), pa.large_string())
    return lambda texts: pc.is_in(pa.array(texts.array).cast(pa.large_string()), value_set=known)


def odd(message: str) -> Callable[[str], str]:
    """A message that names a character which only looks like a plain one."""
    return lambda text: f"{message}{with_character(foreign(text))}"


def with_character(character: str) -> str:
    """The end of a message that names a character; empty for none."""
    return f", with {character}" if character else ""


def check(long: Long, rules: Mapping[str, Sequence[Rule]]) -> list[Problem]:
    """Every cell that breaks a rule, with the first rule that it breaks.

    Args:
        long: the table; a problem names the line and column of the file.
        rules: by column; every column named stands in the table.
    """
    frame = _frame(long, tuple(rules))
    if all(rule.holds(frame[column]) is True for column, own in rules.items() for rule in own):
        return []
    broken = _broken(frame, rules)
    table = long.table
    problems: list[Problem] = []
    for column, own in rules.items():
        told = np.zeros(len(table), dtype=bool)
        for rule in own:
            wrong = broken.get((column, rule.name))
            if wrong is not None:
                problems += _problems(long, column, rule, np.flatnonzero(wrong & ~told))
                told |= wrong
    return problems


def _broken(frame: pd.DataFrame, rules: Mapping[str, Sequence[Rule]]) -> dict[tuple[str, str], Mask]:
    """The rows that break each rule, by column and name of the rule."""
    import pandera.pandas as pandera

    schema = pandera.DataFrameSchema(
        {
            column: pandera.Column(
                checks=[
                    pandera.Check(_keeping_index(rule), name=rule.name, n_failure_cases=1, ignore_na=False)
                    for rule in own
                ],
                nullable=True,
            )
            for column, own in rules.items()
        }
    )
    try:
        schema.validate(frame, lazy=True, inplace=True)
    except pandera.errors.SchemaErrors as errors:
        return {
            (error.schema.name, error.check.name): ~np.asarray(error.check_output, dtype=bool)
            for error in errors.schema_errors
        }
    return {}


def _problems(long: Long, column: str, rule: Rule, rows: np.ndarray) -> list[Problem]:
    table, cells = long.table, long.table.columns[column]
    problems = []
    for row in rows[:MAX_TOLD].tolist():
        text = cells.text(row)
        place = (table.file, int(table.lines[row]), long.name(column, row))
        problems.append(Problem(*place, cut(text), rule.message(text), rule.allowed(text)))
    if len(rows) > MAX_TOLD:
        text = cells.text(int(rows[MAX_TOLD]))
        message = f"{rule.message(text)}, and so in {len(rows) - MAX_TOLD} more rows"
        problems.append(Problem(table.file, 0, column, "", message, rule.allowed(text)))
    return problems


def _frame(long: Long, columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: long.table.columns[name].categorical for name in columns}, copy=False)


def _keeping_index(rule: Rule) -> Callable[[pd.Series], pd.Series | bool]:
    import pandas as pd

    def test(column: pd.Series) -> pd.Series | bool:
        holds = rule.holds(column)
        return holds if isinstance(holds, bool) else pd.Series(holds, index=column.index)

    return test


def _each(words: str | Callable[[str], str]) -> Callable[[str], str]:
    return words if callable(words) else lambda _: words
