"""What changed between two `results.json`: claims first, then results, patients, measurements, settings, software."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poems_report import formats
from poems_report.errors import AnalysisError

# Two computers may differ in the last digits of a float; more than that is a change.
RELATIVE, ABSOLUTE = 1e-9, 1e-12
ABSENT = "absent"
_P = frozenset({"p", "p_holm", "p_bh"})
PARTS = ("study", "results", "claims", "patients")
_SETTINGS = ("title", "data_version", "provenance", "patients", "measurements", "markers")


@dataclass(frozen=True)
class FieldChange:
    """One field that changed: its name, and what stood there before and after."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Changed:
    """One named thing (a claim, a result, a setting) that changed.

    Attributes:
        name: id of the claim, key of the result, pseudonym of the patient.
        text: the statement of a claim; empty elsewhere.
        kind: `added`, `removed` or `changed`.
        fields: what changed in it; empty where it was added or removed. Beside a p value that changed also its n,
            floor and test, though they are as they were.
    """

    name: str
    kind: str
    fields: tuple[FieldChange, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Difference:
    """Everything that changed between two versions.

    Attributes:
        claims: claims whose verdict or statement changed; those whose numbers alone moved are among the results.
        results: results of which a field moved in the digits that are printed.
        sensitivity: the same for main results under other choices.
        patients: added, removed, with corrected data (field `data`) or with other results from the same data.
        measurements: added, removed or corrected, of patients that both versions have.
        settings: versions of report and data, and what changed of markers, cut-off and landmarks.
        software: versions that changed.
        unprinted: how many results moved, but not in the digits that are printed.
        not_compared: parts that one side does not record: `measurements`, `software`.
    """

    claims: tuple[Changed, ...]
    results: tuple[Changed, ...]
    sensitivity: tuple[Changed, ...]
    patients: tuple[Changed, ...]
    measurements: tuple[Changed, ...]
    settings: tuple[Changed, ...]
    software: tuple[Changed, ...]
    unprinted: int = 0
    not_compared: tuple[str, ...] = ()

    @property
    def parts(self) -> dict[str, tuple[Changed, ...]]:
        """What changed by kind of thing, in the order in which it is told."""
        return {
            "claims": self.claims,
            "results": self.results,
            "sensitivity": self.sensitivity,
            "patients": self.patients,
            "measurements": self.measurements,
            "settings": self.settings,
            "software": self.software,
        }

    def __bool__(self) -> bool:
        """Whether anything changed that a reader can see."""
        return any(self.parts.values())


def read_results(path: Path) -> dict[str, Any]:
    """The content of a `results.json`.

    Raises:
        AnalysisError: the file is no JSON, holds NaN, or is no `results.json` of schema 1.
        OSError: the file cannot be read.
    """
    return results_of(path.read_bytes(), str(path))


def results_of(text: bytes, name: str) -> dict[str, Any]:
    """The content of a `results.json` from its bytes; `name` is for messages.

    Raises:
        AnalysisError: as `read_results`.
    """

    def refuse(word: str) -> float:
        raise ValueError(f"{word} is no number of JSON")

    try:
        content = json.loads(text.decode(), parse_constant=refuse)
    except ValueError as error:
        raise AnalysisError(f"{name}: no JSON: {error}") from None
    if not isinstance(content, dict) or content.get("schema") != 1:
        raise AnalysisError(f"{name}: no results.json of schema 1")
    wrong = [part for part in PARTS if not isinstance(content.get(part), dict)]
    if wrong:
        raise AnalysisError(f"{name}: no results.json: {', '.join(wrong)} missing")
    return content


def compare(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    old_made: Mapping[str, Any] | None = None,
    new_made: Mapping[str, Any] | None = None,
) -> Difference:
    """What changed from one version to another.

    Args:
        old: content of the earlier `results.json`.
        new: content of the later one.
        old_made: content of the manifest of the earlier version, or as much of it as is known: `program`,
            `python`, `libraries`, `report`.
        new_made: the same of the later one.
    """
    results = _changed(old["results"], new["results"], _fields)
    shown = _changed(old["results"], new["results"], _printed_fields)
    values = [_values(one) for one in (old, new)]
    software = [_software(one) for one in (old_made, new_made)]
    missing = {"measurements": None in values, "software": None in software}
    return Difference(
        claims=_changed(old["claims"], new["claims"], _claim_fields),
        results=shown,
        sensitivity=_changed(_choices(old), _choices(new), _printed_fields),
        patients=_changed(old["patients"], new["patients"], _patient_fields),
        measurements=_measurements(*values),
        settings=_each(_settings(old, old_made, new_made), _settings(new, new_made, old_made)),
        software=_each(software[0] or {}, software[1] or {}) if None not in software else (),
        unprinted=len(results) - len(shown),
        not_compared=tuple(name for name, gone in missing.items() if gone),
    )


def same(old: Any, new: Any) -> bool:
    """Whether two values are equal but for the rounding of floats."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    if _is_number(old) and _is_number(new):
        return math.isclose(old, new, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


def printed(field: str, value: float) -> tuple[str, ...]:
    """A number in every form in which documents print this field of a result, the most usual form first."""
    if field in _P or field == "p_floor":
        return (formats.p_number(value),)
    if field == "level":
        return (formats.level(value),)
    return formats.quantity(value), formats.decimals(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _changed(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    fields: Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[FieldChange, ...]],
) -> tuple[Changed, ...]:
    found = []
    for name in dict.fromkeys((*new, *old)):
        text = (new.get(name) or old.get(name) or {}).get("statement", "")
        if name not in old or name not in new:
            found.append(Changed(name, "removed" if name in old else "added", text=text))
        elif moved := fields(old[name], new[name]):
            found.append(Changed(name, "changed", moved, text))
    return tuple(found)


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    names = dict.fromkeys((*old, *new))
    pairs = [FieldChange(name, old.get(name, ABSENT), new.get(name, ABSENT)) for name in names]
    return tuple(one for one in pairs if not same(one.old, one.new))


def _printed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    moved = tuple(one for one in _fields(old, new) if not _prints_alike(one))
    return moved + _beside_p({one.field for one in moved}, new)


def _beside_p(moved: Collection[str], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """What must stand beside a p value that moved, as far as it did not move itself: n, floor and test."""
    if new.get("p") is None or not _P.intersection(moved):
        return ()
    names = ("n", "p_floor", "test" if new.get("test") else "method")
    return tuple(FieldChange(name, new.get(name), new.get(name)) for name in names if name not in moved)


def _prints_alike(one: FieldChange) -> bool:
    numbers = _is_number(one.old) and _is_number(one.new)
    return numbers and printed(one.field, one.old) == printed(one.field, one.new)


def _claim_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    if old["verdict"] == new["verdict"] and old["statement"] == new["statement"]:
        return ()
    numbers = _fields(old["numbers"], new["numbers"])
    return (*_fields(_without(old, "numbers"), _without(new, "numbers")), *numbers)


def _patient_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    pairs = _fields(_without(old, "measurements"), _without(new, "measurements"))
    return tuple(FieldChange(one.field, None, None) for one in pairs)


def _choices(content: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of the sensitivity analysis that are not the main result, by what was chosen."""
    rows = [one for one in content.get("sensitivity") or () if one.get("kind") != "main"]
    return {f"{one['key']} ({one['kind']} {one['choice']})": one for one in rows}


Values = dict[tuple[str, int], str]


def _values(content: Mapping[str, Any]) -> dict[str, Values] | None:
    """Of each patient the values as reported, by marker and day; None where the file does not record them."""
    patients = content["patients"]
    if any("measurements" not in one for one in patients.values()):
        return None
    return {
        name: {
            (marker, int(day)): reported
            for marker, days in one["measurements"].items()
            for day, reported in days.items()
        }
        for name, one in patients.items()
    }


def _measurements(old: Mapping[str, Values] | None, new: Mapping[str, Values] | None) -> tuple[Changed, ...]:
    if old is None or new is None:
        return ()
    return tuple(
        one for patient in new if patient in old for one in _corrected(patient, old[patient], new[patient])
    )


def _corrected(patient: str, old: Values, new: Values) -> Iterator[Changed]:
    for marker, day in sorted({*old, *new}):
        before, after = (side.get((marker, day), ABSENT) for side in (old, new))
        if before != after:
            kind = "added" if before is ABSENT else "removed" if after is ABSENT else "changed"
            name = f"{patient}, {marker}, day {formats.day_number(day)}"
            yield Changed(name, kind, (FieldChange("value", before, after),))


def _settings(
    content: Mapping[str, Any], made: Mapping[str, Any] | None, other: Mapping[str, Any] | None
) -> dict[str, Any]:
    versions = [(one or {}).get("report", {}).get("version") for one in (made, other)]
    settings = {
        **{name: content["study"].get(name, ABSENT) for name in _SETTINGS},
        "response_cutoff": content.get("response_cutoff"),
        "landmarks": content.get("landmarks", []),
    }
    return _flat({"report": versions[0], **settings} if all(versions) else settings)


def _software(made: Mapping[str, Any] | None) -> dict[str, str] | None:
    if not made or "libraries" not in made:
        return None
    program = made.get("program", {})
    return {
        "poems-report": str(program.get("version", ABSENT)),
        "source of poems-report": str(program.get("sha256", ABSENT))[:12],
        "python": str(made.get("python", ABSENT)),
        **{str(name): str(version) for name, version in made["libraries"].items()},
    }


def _each(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Changed, ...]:
    return tuple(Changed(one.field, "changed", (one,)) for one in _fields(old, new))


def _flat(content: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Every value by its dotted path; a list of named things by their names."""
    rows: dict[str, Any] = {}
    for key, value in content.items():
        named = isinstance(value, list) and all(isinstance(one, Mapping) and "name" in one for one in value)
        below = {one["name"]: _without(one, "name") for one in value} if named else value
        if isinstance(below, Mapping):
            rows |= _flat(below, f"{prefix}{key}.")
        else:
            rows[f"{prefix}{key}"] = value
    return rows


def _without(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key != name}
