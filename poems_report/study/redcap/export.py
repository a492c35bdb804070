"""The raw CSV export of a REDCap project: text, its line numbers kept, the structure checked."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report.errors import Problem, StudyError
from poems_report.study.redcap.dictionary import Field

if TYPE_CHECKING:
    import pandas as pd

EVENT, INSTRUMENT, INSTANCE = "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"
_SYSTEM = frozenset(
    {
        EVENT,
        INSTRUMENT,
        INSTANCE,
        "redcap_data_access_group",
        "redcap_survey_identifier",
        "redcap_survey_timestamp",
    }
)
_DELIMITERS = (",", ";", "\t", "|", "^")
_RAW = "an export as CSV / raw data, not labels"


@dataclass(frozen=True, eq=False)
class Export:
    """A raw export.

    Attributes:
        file: its name, for problems.
        key: the field that names the record.
        rows: one row a record, event and instance: the fields as text, `redcap_event_name` and
            `redcap_repeat_instrument` (empty where the project has neither), indexed by the line of the file;
            system columns and form status are left out.
        filled: whether the form was saved, by form: true where its status column is not empty; the form's own
            answers decide where the export has no such column.
    """

    file: str
    key: str
    rows: pd.DataFrame
    filled: pd.DataFrame

    @property
    def events(self) -> tuple[str, ...]:
        """Names of the events that occur, in order of appearance."""
        return tuple(one for one in self.rows[EVENT].unique() if one)

    @property
    def repeating(self) -> tuple[str, ...]:
        """Names of the repeating instruments that occur."""
        return tuple(one for one in self.rows[INSTRUMENT].unique() if one)


def read_export(path: Path, fields: dict[str, Field]) -> Export:
    """Read an export, comma, semicolon, tab, | or ^ between its columns.

    Raises:
        StudyError: the file is missing, no UTF-8, no table, or not the export of the project that `fields`
            describe.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _refused(path.name, 0, "the file is missing", _RAW) from None
    except UnicodeDecodeError:
        raise _refused(path.name, 0, "the file is not UTF-8", _RAW) from None
    return parse_export(text, fields, path.name)


def parse_export(text: str, fields: dict[str, Field], file: str) -> Export:
    """As `read_export`, from the text of the file."""
    import pandas as pd

    header, lines, rows = _rows(text, file)
    key = next(iter(fields))
    _check_header(file, header, fields, key)
    frame = pd.DataFrame(rows, columns=header, index=lines, dtype=str).apply(lambda one: one.str.strip())
    empty = frame.index[frame[key] == ""]
    if len(empty):
        raise _refused(file, int(empty[0]), f"no record: {key} is empty", "the record in every line")
    wanted = [name for field in fields.values() for name in field.columns() if name in frame]
    system = frame.reindex(columns=[EVENT, INSTRUMENT], fill_value="")
    coded = {name: frame[name] for name in header if "___" in name and name not in wanted}
    return Export(
        file,
        key,
        pd.concat([system, frame[wanted], pd.DataFrame(coded, index=frame.index, dtype=str)], axis=1),
        _filled(frame, fields),
    )


def _rows(text: str, file: str) -> tuple[list[str], list[int], list[list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    lines, rows = [], []
    try:
        header = [name.strip() for name in next(reader, [])]
        start = reader.line_num + 1
        for cells in reader:
            if any(cells):
                if len(cells) != len(header):
                    raise _refused(
                        file, start, f"{len(cells)} fields", f"{len(header)} fields, as in the header"
                    )
                lines.append(start)
                rows.append(cells)
            start = reader.line_num + 1
    except csv.Error as error:
        raise _refused(file, reader.line_num, f"no CSV: {error}", _RAW) from None
    if not rows:
        raise _refused(file, 0, "the export has no rows", "a header and rows")
    return header, lines, rows


def _check_header(file: str, header: list[str], fields: dict[str, Field], key: str) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise _refused(file, 1, f"the column {twice[0]!r} twice", "each column once")
    labels = {field.label for field in fields.values()}
    if key not in header and header[0] in labels | {"Record ID", "Study ID"}:
        raise _refused(file, 1, "an export of labels", _RAW)
    if key not in header:
        raise _refused(file, 1, f"the column {key!r} of the record is missing", _RAW)
    known = {name for field in fields.values() for name in field.columns()} | _SYSTEM
    checkboxes = tuple(f"{field.name}___" for field in fields.values() if field.kind == "checkbox")
    forms = {field.form for field in fields.values()}
    status = {f"{form}_{what}" for form in forms for what in ("complete", "timestamp", "return_code")}
    unknown = [name for name in header if name not in known | status and not name.startswith(checkboxes)]
    if unknown:
        raise StudyError(
            [
                Problem(
                    file,
                    1,
                    name,
                    "",
                    "a column that the data dictionary lacks",
                    "export and dictionary of one day",
                )
                for name in unknown
            ]
        )


def _filled(frame: pd.DataFrame, fields: dict[str, Field]) -> pd.DataFrame:
    """Whether each form was saved, row by row."""
    import pandas as pd

    forms: dict[str, pd.Series] = {}
    for form in dict.fromkeys(field.form for field in fields.values()):
        own = [
            name
            for field in fields.values()
            if field.form == form
            for name in field.columns()
            if name in frame
        ]
        answered = frame[own].isin(["", "0"]).all(axis=1)
        status = frame.get(f"{form}_complete")
        forms[form] = ~answered if status is None else (status.isin(["1", "2"]) | ~answered)
    return pd.DataFrame(forms, index=frame.index)


def _refused(file: str, row: int, message: str, allowed: str) -> StudyError:
    return StudyError([Problem(file, row, "", "", message, allowed)])
