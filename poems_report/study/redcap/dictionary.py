"""REDCap's data dictionary: which fields a project has, on which form, and what their codes mean."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from poems_report.errors import Problem, StudyError

HEADERS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
"""The first line of the file that REDCap downloads and uploads, in its order."""

_API_NAMES = {
    "field_name": HEADERS[0],
    "form_name": HEADERS[1],
    "field_type": HEADERS[3],
    "field_label": HEADERS[4],
    "select_choices_or_calculations": HEADERS[5],
    "text_validation_type_or_show_slider_number": HEADERS[7],
    "identifier": HEADERS[10],
}
_NEEDED = tuple(_API_NAMES.values())
_WITH_CHOICES = ("dropdown", "radio", "checkbox")
_FIXED_CHOICES = {
    "yesno": {"1": "yes", "0": "no"},
    "truefalse": {"1": "yes", "0": "no"},
}
_KINDS = (
    *_WITH_CHOICES,
    *_FIXED_CHOICES,
    "text",
    "notes",
    "calc",
    "slider",
    "file",
    "descriptive",
    "sql",
)
_VARIABLE = re.compile(r"[a-z][a-z0-9_]*")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Field:
    """One field of a REDCap project.

    Attributes:
        kind: REDCap's field type, such as text, dropdown, checkbox.
        choices: label by code, in the order of the dictionary; empty for a field without choices.
        validation: REDCap's validation type, such as date_ymd, number, integer; empty for none.
        identifier: whether the project marks the field as identifying a person.
    """

    name: str
    form: str
    kind: str
    label: str
    choices: dict[str, str]
    validation: str
    identifier: bool

    @property
    def is_date(self) -> bool:
        """Whether the field holds a date, with or without a time."""
        return self.validation.startswith("date")

    def columns(self) -> dict[str, str]:
        """The columns of this field in an export: for a checkbox its code by column, else itself."""
        if self.kind != "checkbox":
            return {self.name: ""}
        return {f"{self.name}___{suffix(code)}": code for code in self.choices}


def suffix(code: str) -> str:
    """A code as REDCap writes it behind the three underscores of a checkbox column."""
    return re.sub(r"[^a-z0-9_]", "_", code.lower())


def read_dictionary(path: Path) -> dict[str, Field]:
    """The fields of a data dictionary by name, in its order: the downloaded CSV, or the API's.

    Raises:
        StudyError: the file is missing, is no data dictionary, or a line of it cannot be read; all at once.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _refused(
            path.name, 0, "the file is missing", "a data dictionary downloaded from REDCap"
        ) from None
    except UnicodeDecodeError:
        raise _refused(path.name, 0, "the file is not UTF-8", "the CSV as REDCap downloads it") from None
    return parse_dictionary(text, path.name)


def parse_dictionary(text: str, file: str) -> dict[str, Field]:
    """As `read_dictionary`, from the text of the file."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    fields: dict[str, Field] = {}
    problems: list[Problem] = []
    try:
        header = [_API_NAMES.get(name.strip(), name.strip()) for name in next(lines, [])]
        missing = [name for name in _NEEDED if name not in header]
        if missing:
            allowed = f"a first line with {', '.join(_NEEDED)}"
            raise _refused(file, 1, f"no REDCap data dictionary: {missing[0]!r} is missing", allowed)
        start = lines.line_num + 1
        for cells in lines:
            row = dict(zip(header, cells, strict=False))
            if any(cell.strip() for cell in cells):
                found = _field(file, start, row, fields)
                if isinstance(found, Problem):
                    problems.append(found)
                else:
                    fields[found.name] = found
            start = lines.line_num + 1
    except csv.Error as error:
        raise _refused(file, lines.line_num, f"no CSV: {error}", "the CSV as REDCap downloads it") from None
    if not fields and not problems:
        problems.append(Problem(file, 0, "", "", "no field", "at least one line"))
    if problems:
        raise StudyError(problems)
    return fields


def _field(file: str, line: int, row: dict[str, str], known: dict[str, Field]) -> Field | Problem:
    name, form, kind, label, choices, validation, identifier = (row.get(key, "").strip() for key in _NEEDED)
    if not _VARIABLE.fullmatch(name):
        return Problem(file, line, HEADERS[0], name, "no name of a field", "lower-case letters, digits and _")
    if name in known:
        return Problem(file, line, HEADERS[0], name, "the same field twice", "each field once")
    if kind not in _KINDS:
        return Problem(file, line, HEADERS[3], kind, "unknown field type", ", ".join(_KINDS))
    read = _FIXED_CHOICES.get(kind, {})
    if kind in _WITH_CHOICES:
        parsed = _choices(choices)
        if parsed is None:
            return Problem(file, line, HEADERS[5], choices[:60], "no choices", "code, label | code, label")
        read = parsed
    plain = " ".join(_TAG.sub(" ", label).split())
    return Field(name, form, kind, plain, read, validation, identifier.lower() in {"y", "yes"})


def _choices(text: str) -> dict[str, str] | None:
    """`1, Male | 2, Female` as label by code; None where it cannot be read so."""
    parts = [part.partition(",") for part in text.split("|") if part.strip()]
    read = {code.strip(): " ".join(_TAG.sub(" ", label).split()) for code, _, label in parts}
    return read if read and len(read) == len(parts) and all(read) else None


def _refused(file: str, row: int, message: str, allowed: str) -> StudyError:
    return StudyError([Problem(file, row, "", "", message, allowed)])
