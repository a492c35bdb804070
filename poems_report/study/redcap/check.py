"""Whether a mapping fits the project: fields that exist, codes that exist, nothing that identifies a person."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Lookup

from poems_report.errors import Problem
from poems_report.study.redcap.dictionary import Field
from poems_report.study.redcap.mapping import Item, Mapping, Source


def check_mapping(
    mapping: Mapping, fields: Lookup[str, Field], file: str, repeating: Collection[str] = ()
) -> list[Problem]:
    """What a mapping asks of fields that the project does not have, or that must not leave it.

    Args:
        mapping: the mapping, finished.
        fields: the data dictionary.
        file: name of the mapping, for the problems.
        repeating: forms that repeat in the export.
    """
    problems: list[Problem] = []
    for name, source in mapping.patients.items():
        problems += _source(file, f"patients.{name}", source, mapping, fields)
    if mapping.day_zero:
        problems += _time(file, "day_zero", mapping.day_zero, True, fields)
    for place, item in mapping.items():
        for name, source in item.sources().items():
            problems += _source(file, f"{place}.{name}", source, mapping, fields)
        if item.date:
            problems += _time(file, f"{place}.date", item.date, True, fields)
        if item.day:
            problems += _time(file, f"{place}.day", item.day, False, fields)
        problems += _forms(file, place, item, fields, repeating)
    return problems


def _source(
    file: str, place: str, source: Source, mapping: Mapping, fields: Lookup[str, Field]
) -> list[Problem]:
    if source.text is not None:
        return []
    field = fields.get(source.field)
    if field is None:
        return [Problem(file, 0, place, source.field, "no such field", "a field of the data dictionary")]
    if field.identifier:
        words = "marked as an identifier in REDCap"
        return [Problem(file, 0, place, source.field, words, "a field that identifies nobody")]
    if field.is_date:
        words = "a date, which never leaves the importer"
        return [Problem(file, 0, place, source.field, words, "a date only as date: or day_zero:")]
    if field.kind in {"file", "descriptive"}:
        return [Problem(file, 0, place, source.field, f"a field of type {field.kind}", "a field with data")]
    if source.choice is not None and field.kind != "checkbox":
        return [Problem(file, 0, place, source.field, "no checkbox", "choice: for a checkbox only")]
    codes = [source.choice] if source.choice is not None else list(source.values)
    return [
        Problem(file, 0, place, code, "no code of this field", ", ".join(field.choices))
        for code in codes
        if field.choices and code not in field.choices and code not in mapping.missing
    ]


def _time(file: str, place: str, name: str, date: bool, fields: Lookup[str, Field]) -> list[Problem]:
    field = fields.get(name)
    if field is None:
        return [Problem(file, 0, place, name, "no such field", "a field of the data dictionary")]
    if field.is_date != date:
        allowed = "a field validated as a date" if date else "a field with a whole number of days"
        return [Problem(file, 0, place, name, "a field of another kind", allowed)]
    return []


def _forms(
    file: str, place: str, item: Item, fields: Lookup[str, Field], repeating: Collection[str]
) -> list[Problem]:
    """The fields of one item stand in one row: on one form, or on several of which none repeats."""
    used = [*(source.field for source in item.sources().values()), item.date, item.day]
    forms = {fields[name].form for name in used if name in fields}
    if not forms:
        return [Problem(file, 0, place, "", "no field at all", "at least one field of the data dictionary")]
    if len(forms) > 1 and forms & set(repeating):
        found = ", ".join(sorted(forms))
        return [
            Problem(
                file, 0, place, found, "fields of several forms, one of which repeats", "fields of one form"
            )
        ]
    return []
