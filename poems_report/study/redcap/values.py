"""Reads one field of an export: codes become words, ticks become answers, dates become dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from poems_report.errors import Problem
from poems_report.study.redcap.dictionary import Field, suffix
from poems_report.study.redcap.export import Export
from poems_report.study.redcap.mapping import Source

if TYPE_CHECKING:
    import pandas as pd

_OLDEST = 90  # ages from here on are one band, as HIPAA's safe harbour has it (45 CFR 164.514(b)(2)(i)(C))


@dataclass(frozen=True, eq=False)
class Read:
    """The values of one source, row by row.

    Attributes:
        values: text, empty where nothing was recorded.
        missing: meaning of the missing-data code where the field held one, else empty.
        problems: answers that could not be read.
    """

    values: pd.Series
    missing: pd.Series
    problems: tuple[Problem, ...] = ()


def read_source(
    source: Source, rows: pd.DataFrame, export: Export, fields: dict[str, Field], missing: dict[str, str]
) -> Read:
    """Read a source in every row of `rows`.

    An unticked box is a no only where its form was saved; elsewhere nothing was recorded.
    """
    import pandas as pd

    nothing = pd.Series("", index=rows.index, dtype=str)
    if source.text is not None:
        return Read(pd.Series(source.text, index=rows.index, dtype=str), nothing)
    field = fields[source.field]
    absent = [name for name in field.columns() if name not in rows]
    if absent:
        return Read(nothing, nothing, (_absent(export, absent[0]),))
    if field.kind == "checkbox":
        return _checkbox(source, field, rows, export, missing)
    raw = rows[field.name]
    coded = raw.isin(list(missing)) & ~raw.isin(list(source.values))
    lost = raw.map(missing).where(coded, "")
    raw = raw.where(~coded, "")
    if source.bands is not None:
        return _bands(raw, lost, source.bands, export, field)
    words = source.values or field.choices
    if not words:
        return Read(raw, lost)
    wrong = (raw != "") & ~raw.isin(list(words))
    allowed = f"one of {', '.join(words)}"
    problems = tuple(
        Problem(export.file, int(str(line)), field.name, "", "a code that the mapping does not name", allowed)
        for line in rows.index[wrong]
    )
    return Read(raw.map(words).fillna(""), lost, problems)


def as_date(
    export: Export, name: str, rows: pd.DataFrame, missing: dict[str, str]
) -> tuple[pd.Series, list[Problem]]:
    """The dates of a field, NaT where there is none; REDCap writes year-month-day in every raw export."""
    import pandas as pd

    if name not in rows:
        return pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]"), [_absent(export, name)]
    raw = rows[name].where(~rows[name].isin(list(missing)), "")
    read = pd.to_datetime(raw.str.slice(0, 10), format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
    wrong = (raw != "") & read.isna()
    return read, [
        Problem(export.file, int(str(line)), name, "", "no date as REDCap writes it", "year-month-day")
        for line in rows.index[wrong]
    ]


def _absent(export: Export, name: str) -> Problem:
    return Problem(
        export.file, 1, name, "", "the export lacks this field", "an export of all fields of the mapping"
    )


def _checkbox(
    source: Source, field: Field, rows: pd.DataFrame, export: Export, missing: dict[str, str]
) -> Read:
    import pandas as pd

    lost = pd.Series("", index=rows.index, dtype=str)
    for code, meaning in missing.items():
        column = f"{field.name}___{suffix(code)}"
        if column in rows and code not in field.choices:
            lost = lost.where(rows[column] != "1", meaning)
    recorded = export.filled.loc[rows.index, field.form] & (lost == "")
    if source.choice is not None:
        ticked = rows[f"{field.name}___{suffix(source.choice)}"] == "1"
        answer = ticked.map({True: "yes", False: "no"})
        return Read(answer.where(recorded, ""), lost)
    words = source.values or field.choices
    joined = pd.Series("", index=rows.index, dtype=str)
    for column, code in field.columns().items():
        word = words.get(code, "")
        ticked = (rows[column] == "1") & (word != "")
        joined = joined.where(~ticked, joined + joined.map(lambda text: "; " if text else "") + word)
    return Read(joined, lost)


def _bands(raw: pd.Series, lost: pd.Series, width: int, export: Export, field: Field) -> Read:
    import pandas as pd

    age = pd.to_numeric(raw.where(raw != ""), errors="coerce")
    wrong = (raw != "") & ~age.between(0, 130)
    start = (age // width * width).fillna(0).astype(int)
    bands = start.astype(str) + "-" + (start + width - 1).astype(str)
    oldest = _OLDEST // width * width
    bands = bands.where(age < oldest, f"{oldest}+").where(age.notna() & ~wrong, "")
    problems = tuple(
        Problem(export.file, int(str(line)), field.name, "", "no age in years", "a number from 0 to 130")
        for line in raw.index[wrong]
    )
    return Read(bands, lost, problems)
