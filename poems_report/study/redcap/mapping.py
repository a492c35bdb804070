"""`mapping.yml`: which field of a REDCap project becomes which column of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, model_validator

from poems_report.errors import Problem, StudyError
from poems_report.study.columns import PATIENT_COLUMNS
from poems_report.study.settings import Settings, load_settings

FILL = "?"
"""Stands in a draft wherever the user must decide."""


class Source(Settings):
    """Where the value of a column comes from: a field, or a text that is the same in every row.

    Attributes:
        values: what each code of the field becomes; without it the label of the choice.
        choice: code of a checkbox whose tick means yes.
        bands: width in years of the age bands that a number of years becomes.
        event: the REDCap event to take a patient's value from, where the field is asked at several.
        text: the text, in place of a field.
    """

    field: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    choice: str | None = None
    bands: int | None = Field(default=None, ge=5, le=50)
    event: str = ""
    text: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Source:
        if (self.text is None) == (not self.field):
            raise ValueError("give either field or text")
        return self


def _plain(value: Any) -> Any:
    return {"field": value} if isinstance(value, str) else value


Column = Annotated[Source, BeforeValidator(_plain)]


class Key(Settings):
    """The patient's pseudonym.

    Attributes:
        prefix: put before the record's name, such as P.
        renumber: number the records in the order of the export in place of their names; the link is not kept.
    """

    prefix: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,16}$")
    renumber: bool = False


class Item(Settings):
    """What is taken from every row of a form, with the field of its date or of its day, or with neither."""

    date: str = ""
    day: str = ""

    @model_validator(mode="after")
    def _one_time(self) -> Item:
        if self.date and self.day:
            raise ValueError("give date or day, not both")
        return self

    def sources(self) -> dict[str, Source]:
        """The sources that are given, by column."""
        return {
            name: one for name in type(self).model_fields if isinstance(one := getattr(self, name), Source)
        }


class MeasurementItem(Item):
    """One measurement in every row of a form: of one marker, or of the marker that a field names."""

    marker: Column
    value: Column
    matrix: Column | None = None
    assay: Column | None = None
    uln: Column | None = None
    unit: Column | None = None
    comment: Column | None = None


class EventItem(Item):
    """One event in every row of a form that has its date, its day or its name."""

    event: Column
    detail: Column | None = None

    @model_validator(mode="after")
    def _told(self) -> EventItem:
        if not (self.event.field or self.date or self.day or self.detail):
            raise ValueError("an event of the same name in every row needs date, day or detail")
        return self


class Mapping(Settings):
    """`mapping.yml`.

    Attributes:
        study: the content of `study.yml`.
        day_zero: the date field of the infusion; empty where the project holds days, not dates.
        event_days: the day of each REDCap event, for rows whose item names neither date nor day.
        missing: missing-data codes of the project and what each means.
    """

    study: dict[str, Any]
    day_zero: str = ""
    patient_id: Key = Key()
    patients: dict[str, Column]
    measurements: tuple[MeasurementItem, ...] = Field(min_length=1)
    events: tuple[EventItem, ...] = ()
    event_days: dict[str, int] = Field(default_factory=dict)
    missing: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_columns(self) -> Mapping:
        known = {column.name for column in PATIENT_COLUMNS} - {"patient_id"}
        unknown = sorted(set(self.patients) - known)
        if unknown:
            raise ValueError(f"patients.csv has no column {unknown[0]}; it has {', '.join(sorted(known))}")
        if "infusion" not in self.patients and not self.day_zero:
            raise ValueError("without day_zero, patients needs the column infusion")
        return self

    def items(self) -> list[tuple[str, Item]]:
        """Measurements, then events, each with its place in the file."""
        return [
            *((f"measurements.{at}", item) for at, item in enumerate(self.measurements)),
            *((f"events.{at}", item) for at, item in enumerate(self.events)),
        ]


def load_mapping(path: Path) -> Mapping:
    """Read a finished mapping.

    Raises:
        StudyError: the file cannot be read, still holds a `?`, or says what it may not; all at once.
    """
    blanks = unfinished(path)
    if blanks:
        raise StudyError(blanks)
    return load_settings(path, Mapping)


def unfinished(path: Path) -> list[Problem]:
    """Every `?` of a mapping with its line; empty where there is none or the file is no YAML."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return []
    return _blanks(path.name, root, "")


def _blanks(file: str, node: yaml.Node | None, place: str) -> list[Problem]:
    if isinstance(node, yaml.MappingNode):
        return [
            one
            for key, value in node.value
            for one in _blanks(file, value, f"{place}.{key.value}".lstrip("."))
        ]
    if isinstance(node, yaml.SequenceNode):
        return [one for at, value in enumerate(node.value) for one in _blanks(file, value, f"{place}.{at}")]
    if isinstance(node, yaml.ScalarNode) and node.value == FILL:
        row = node.start_mark.line + 1
        return [Problem(file, row, place, FILL, "to be filled in", "your answer, or the entry deleted")]
    return []
