"""The data dictionary of a study: for a reader as rows, for REDCap as a file that it imports.

Both are made from `columns.py` and the study's markers, so they say what the program checks.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from poems_report.study.columns import (
    EVENT_COLUMNS,
    FINDINGS,
    MEASUREMENT_COLUMNS,
    PATIENT_COLUMNS,
    Column,
)
from poems_report.study.config import Companion, Marker, StudyConfig
from poems_report.study.redcap.dictionary import HEADERS

FORMS: dict[str, tuple[Column, ...]] = {
    "patients": PATIENT_COLUMNS,
    "measurements": MEASUREMENT_COLUMNS,
    "events": EVENT_COLUMNS,
}
"""The files of a study; in REDCap a form each, the last two repeating instruments."""

_KEY = "patient_id"
_CHOICE_LABELS = {"na": "not assessed"}
_NOTES = frozenset({"comorbidity", "preference", "question", "detail", "comment", *FINDINGS})


@dataclass(frozen=True)
class DictionaryRow:
    """One column of a study's files, in words."""

    file: str
    column: str
    meaning: str
    allowed: str
    required: bool


def dictionary_rows(config: StudyConfig | None = None) -> tuple[DictionaryRow, ...]:
    """Every column of every file, then every marker of the study.

    Args:
        config: settings of a study; without them the markers and the range of days are left out.
    """
    columns = [
        DictionaryRow(file, column.name, column.meaning, _allowed(column, config), column.required)
        for file, listed in FORMS.items()
        for column in listed
    ]
    markers = [
        DictionaryRow(
            "study.yml",
            name,
            f"{marker.label}{_source(marker)}. {marker.note}".strip(),
            marker.unit
            + (f"; upper limit of normal {marker.uln:g}" if marker.uln else "")
            + (f"; detected from {marker.detection.lower:g}" if marker.detection.lower else "")
            + (f"; to {marker.detection.upper:g}" if marker.detection.upper else ""),
            isinstance(marker, Marker),
        )
        for name, marker in (config.measured.items() if config else ())
    ]
    return (*columns, *markers)


def _source(one: Companion) -> str:
    """Matrix and assay as far as they are stated."""
    matrix = f" in {one.matrix}" if one.matrix else ""
    return f"{matrix}, {one.assay}" if one.assay else matrix


def redcap_name(file: str, column: str) -> str:
    """The field that holds a column in REDCap, where names are unique in a project."""
    return column if file == "patients" else f"{file.removesuffix('s')}_{column}"


def redcap_dictionary(config: StudyConfig) -> bytes:
    """The data dictionary as CSV that REDCap imports; `patient_id` is the record's key, so it stands once."""
    text = io.StringIO(newline="")
    lines = csv.DictWriter(text, HEADERS, restval="", lineterminator="\r\n")
    lines.writeheader()
    for file, listed in FORMS.items():
        for column in listed:
            if column.name != _KEY or file == "patients":
                lines.writerow(_line(file, column, config))
    return text.getvalue().encode()


def _line(file: str, column: Column, config: StudyConfig) -> dict[str, str]:
    choices = [one for one in column.allowed if one]
    labels = {one: _CHOICE_LABELS.get(one, one) for one in choices}
    if (file, column.name) == ("measurements", "marker"):
        labels = {name: one.label for name, one in config.measured.items()}
    days = column.name == "day"
    kind = "radio" if labels else "notes" if column.name in _NOTES else "text"
    return {
        HEADERS[0]: redcap_name(file, column.name),
        HEADERS[1]: file,
        HEADERS[3]: kind,
        HEADERS[4]: column.meaning,
        HEADERS[5]: " | ".join(f"{code}, {label}" for code, label in labels.items()),
        HEADERS[7]: "integer" if days else "",
        HEADERS[8]: str(config.day_range[0]) if days else "",
        HEADERS[9]: str(config.day_range[1]) if days else "",
        HEADERS[12]: "y" if column.required else "",
    }


def _allowed(column: Column, config: StudyConfig | None) -> str:
    if column.name == _KEY:
        return "letters, digits, - and _, at most 32"
    if column.name == "day":
        first, last = config.day_range if config else (None, None)
        return "a whole number of days" + (f" from {first} to {last}" if config else "")
    if column.name == "marker" and config:
        return ", ".join(config.measured)
    return ", ".join(one or "empty" for one in column.allowed) or "text"
