"""From the rows of an export to the three tables of a study. Dates go in, days come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import TYPE_CHECKING

from poems_report.errors import Problem, StudyError
from poems_report.study.columns import EVENT_COLUMNS, MEASUREMENT_COLUMNS, PATIENT_COLUMNS
from poems_report.study.redcap.dictionary import Field
from poems_report.study.redcap.export import EVENT, INSTRUMENT, Export
from poems_report.study.redcap.mapping import Item, Mapping, MeasurementItem, Source
from poems_report.study.redcap.values import Read, as_date, read_source

if TYPE_CHECKING:
    import pandas as pd

_LINE, _ITEM = "_line", "_item"


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of a study, as text.

    Attributes:
        frames: `patients`, `measurements` and `events`, each with the columns of its file that hold anything.
        lines: the line of the export that each row comes from, by table.
        items: the place in the mapping that each row comes from, by table.
    """

    frames: dict[str, pd.DataFrame]
    lines: dict[str, list[int]]
    items: dict[str, list[str]]


@dataclass(eq=False)
class _Conversion:
    export: Export
    fields: dict[str, Field]
    mapping: Mapping
    problems: list[Problem] = attribute(default_factory=list)

    def read(self, source: Source, rows: pd.DataFrame) -> Read:
        found = read_source(source, rows, self.export, self.fields, self.mapping.missing)
        self.problems += found.problems
        return found

    def dates(self, name: str, rows: pd.DataFrame) -> pd.Series:
        found, problems = as_date(self.export, name, rows, self.mapping.missing)
        self.problems += problems
        return found

    def problem(self, line: int, column: str, message: str, allowed: str, value: str = "") -> None:
        self.problems.append(Problem(self.export.file, line, column, value, message, allowed))


def convert(export: Export, fields: dict[str, Field], mapping: Mapping) -> Tables:
    """Build the tables that a mapping describes.

    Days are counted from the patient's day zero; a patient without one counts from the first measurement, or from
    the first event where there is no measurement.

    Raises:
        StudyError: with the line and the field of everything that the mapping cannot place; dates are not shown.
    """
    work = _Conversion(export, fields, mapping)
    records = export.rows[export.key]
    patients = _patients(work)
    zero = _day_zero(work, patients)
    measurements = [_item_rows(work, place, item) for place, item in mapping.items() if _is_measurement(item)]
    events = [_item_rows(work, place, item) for place, item in mapping.items() if not _is_measurement(item)]
    zero = _from_first(zero, [*measurements]) if measurements else zero
    zero = _from_first(zero, [*events])
    names = _pseudonyms(work, records)
    tables = {
        "patients": patients.assign(patient_id=patients.index.map(names)),
        "measurements": _table(work, measurements, zero, names),
        "events": _table(work, events, zero, names),
    }
    if work.problems:
        raise StudyError(list(dict.fromkeys(work.problems)))
    columns = {"patients": PATIENT_COLUMNS, "measurements": MEASUREMENT_COLUMNS, "events": EVENT_COLUMNS}
    return Tables(
        frames={
            table: frame[
                [
                    one.name
                    for one in columns[table]
                    if one.name in frame
                    and (one.required or table == "patients" or (frame[one.name] != "").any())
                ]
            ]
            for table, frame in tables.items()
        },
        lines={table: [int(line) for line in frame[_LINE]] for table, frame in tables.items()},
        items={table: [str(item) for item in frame[_ITEM]] for table, frame in tables.items()},
    )


def _is_measurement(item: Item) -> bool:
    return isinstance(item, MeasurementItem)


def _pseudonyms(work: _Conversion, records: pd.Series) -> dict[str, str]:
    """The patient's id by record, in the order of the export."""
    key = work.mapping.patient_id
    distinct = list(dict.fromkeys(records))
    if not key.renumber:
        return {record: f"{key.prefix}{record}" for record in distinct}
    width = max(3, len(str(len(distinct))))
    return {record: f"{key.prefix or 'P'}{place:0{width}d}" for place, record in enumerate(distinct, start=1)}


def _patients(work: _Conversion) -> pd.DataFrame:
    """One row a record, indexed by record: every mapped column, and the line it first stands on."""
    import pandas as pd

    rows, key = work.export.rows, work.export.key
    first = rows.drop_duplicates(key)
    table = pd.DataFrame({_LINE: first.index, _ITEM: "patients"}, index=pd.Index(first[key]))
    for name, source in work.mapping.patients.items():
        asked = rows[rows[EVENT] == source.event] if source.event else rows
        if source.event and asked.empty:
            work.problem(0, source.field, "no such event", ", ".join(work.export.events), source.event)
        table[name] = _one_each(work, work.read(source, asked).values, asked[key], source.field, True)
    return _texts(table)


def _one_each(
    work: _Conversion, values: pd.Series, records: pd.Series, column: str, shown: bool
) -> pd.Series:
    """The one answer of each record; two answers that differ are a problem."""
    given = values[values != ""] if shown else values.dropna()
    owner = records.loc[given.index]
    answers = given.groupby(owner.to_numpy(), sort=False)
    for record in answers.nunique().loc[lambda count: count > 1].index:
        mine = given[owner == record]
        line = int(str(mine.index[(mine != mine.iloc[0]).to_numpy()][0]))
        allowed = "one answer a record, or event: in the mapping" if shown else "one date a record"
        work.problem(line, column, "differs from the record's earlier answer", allowed)
    return answers.first()


def _day_zero(work: _Conversion, patients: pd.DataFrame) -> pd.Series:
    """The date of infusion by record; fills `infusion` where the mapping derives it from the date."""
    import pandas as pd

    rows, key, name = work.export.rows, work.export.key, work.mapping.day_zero
    zero = pd.Series(pd.NaT, index=patients.index, dtype="datetime64[s]")
    if name:
        zero = _one_each(work, work.dates(name, rows), rows[key], name, False).reindex(patients.index)
    if "infusion" not in patients:
        patients["infusion"] = zero.notna().map({True: "yes", False: "no"})
    dated = any(item.date for _, item in work.mapping.items())
    for record in patients.index[(patients["infusion"] == "yes") & zero.isna() & dated]:
        line = int(patients.loc[record, _LINE])
        work.problem(
            line, name or "day_zero", "infused, but without the date of infusion", "the date of day 0"
        )
    return zero


def _item_rows(work: _Conversion, place: str, item: Item) -> pd.DataFrame:
    """What one item finds: its columns as text, its `date` (NaT where it has none) and its `day` as text."""
    import pandas as pd

    used = [source.field for source in item.sources().values() if source.field]
    form = work.fields[(used or [item.date or item.day])[0]].form
    rows = work.export.rows
    rows = rows[rows[INSTRUMENT] == (form if form in work.export.repeating else "")]
    read = {name: work.read(source, rows) for name, source in item.sources().items()}
    found = pd.DataFrame({name: one.values for name, one in read.items()}, index=rows.index)
    found["record"], found["redcap_event"] = rows[work.export.key], rows[EVENT]
    found["date"] = work.dates(item.date, rows) if item.date else pd.NaT
    found["day"] = work.read(Source(field=item.day), rows).values if item.day else ""
    found[_LINE], found[_ITEM] = rows.index, place
    if isinstance(item, MeasurementItem):
        lost = read["value"].missing
        if "comment" not in found:
            found["comment"] = ""
        found["comment"] = found["comment"].where((found["comment"] != "") | (lost == ""), lost)
        return found[((found["value"] != "") | (found["comment"] != "")) & (found["marker"] != "")]
    if item.sources()["event"].field:
        return found[found["event"] != ""]
    if item.date or item.day:
        return found[found["date"].notna() | (found["day"] != "")]
    return found[found["detail"] != ""]


def _from_first(zero: pd.Series, tables: list[pd.DataFrame]) -> pd.Series:
    """Day zero by record, with the first date of `tables` where there is none yet."""
    import pandas as pd

    if not tables:
        return zero
    dates = pd.concat([table[["record", "date"]] for table in tables])
    first = dates.assign(date=pd.to_datetime(dates["date"])).groupby("record")["date"].min()
    return zero.fillna(first.reindex(zero.index))


def _table(
    work: _Conversion, found: list[pd.DataFrame], zero: pd.Series, names: dict[str, str]
) -> pd.DataFrame:
    """All items of one table in the order of the export, with the day of each row."""
    import pandas as pd

    if not found:
        return pd.DataFrame({"patient_id": [], "day": [], "event": [], _LINE: [], _ITEM: []}, dtype=str)
    table = pd.concat(found, ignore_index=True).sort_values([_LINE, _ITEM], kind="stable", ignore_index=True)
    date = pd.to_datetime(table["date"])
    days = (date - table["record"].map(zero)).dt.days
    table["day"] = days.map("{:.0f}".format).where(days.notna(), table["day"])
    stated = {name: str(day) for name, day in work.mapping.event_days.items()}
    by_event = table["redcap_event"].map(lambda name: stated.get(name, ""))
    timed = {place for place, item in work.mapping.items() if item.date or item.day}
    untimed = ~table[_ITEM].isin(list(timed))
    table["day"] = table["day"].where(~untimed, by_event)
    _report_days(work, table, untimed)
    return _texts(table.drop(columns="date")).assign(patient_id=table["record"].map(names))


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    """The table with empty text in place of what is missing."""
    return table.astype(object).where(table.notna(), "")


def _report_days(work: _Conversion, table: pd.DataFrame, untimed: pd.Series) -> None:
    places = dict(work.mapping.items())
    for line, place, event, is_untimed in _without_day(table, untimed):
        item = places[place]
        if is_untimed:
            allowed = f"a day for {event or 'the only event'} in event_days, or date: or day: in {place}"
            work.problem(line, EVENT, "no day for this event", allowed, event)
        else:
            work.problem(
                line, item.date or item.day, "no date", "the date or day of this measurement or event"
            )


def _without_day(table: pd.DataFrame, untimed: pd.Series) -> Iterator[tuple[int, str, str, bool]]:
    lost = table[table["day"] == ""]
    for line, place, event, is_untimed in zip(
        lost[_LINE], lost[_ITEM], lost["redcap_event"], untimed[lost.index], strict=True
    ):
        yield int(line), str(place), str(event), bool(is_untimed)
