"""What changed between two `results.json`: claims first, then results, patients, settings and software."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poems_report.errors import AnalysisError

# Two computers may differ in the last digits of a float; more than that is a change.
RELATIVE, ABSOLUTE = 1e-9, 1e-12
ABSENT = "absent"
PARTS = ("study", "results", "claims", "patients")


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
        name: id of the claim or key of the result.
        text: the statement of a claim; empty elsewhere.
        kind: `added`, `removed` or `changed`.
        fields: what changed in it; empty where it was added or removed.
    """

    name: str
    kind: str
    fields: tuple[FieldChange, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Difference:
    """Everything that changed between two `results.json`.

    Attributes:
        claims: claims whose verdict or statement changed; those whose numbers alone moved are among the results.
        results: results of which a field moved beyond rounding.
        patients: added, removed, or with corrected data (`changed`).
        settings: what changed of the study's identity (versions, markers, cut-off, landmarks).
        software: versions that changed, where both files record them.
    """

    claims: tuple[Changed, ...]
    results: tuple[Changed, ...]
    patients: tuple[Changed, ...]
    settings: tuple[Changed, ...]
    software: tuple[Changed, ...]

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return any((self.claims, self.results, self.patients, self.settings, self.software))


def read_results(path: Path) -> dict[str, Any]:
    """The content of a `results.json`.

    Raises:
        AnalysisError: the file is no JSON, holds NaN, or is no `results.json` of schema 1.
        OSError: the file cannot be read.
    """

    def refuse(word: str) -> float:
        raise ValueError(f"{word} is no number of JSON")

    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    except ValueError as error:
        raise AnalysisError(f"{path}: no JSON: {error}") from None
    if not isinstance(content, dict) or content.get("schema") != 1:
        raise AnalysisError(f"{path}: no results.json of schema 1")
    wrong = [name for name in PARTS if not isinstance(content.get(name), dict)]
    if wrong:
        raise AnalysisError(f"{path}: no results.json: {', '.join(wrong)} missing")
    return content


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """What changed from one content of `results.json` to another."""
    return Difference(
        claims=_changed(old["claims"], new["claims"], _claim_fields),
        results=_changed(old["results"], new["results"], _fields),
        patients=_changed(old["patients"], new["patients"], _patient_fields),
        settings=_settings(old, new),
        software=_software(old, new),
    )


def same(old: Any, new: Any) -> bool:
    """Whether two values are equal but for the rounding of floats."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    plain = not isinstance(old, bool) and not isinstance(new, bool)
    if plain and isinstance(old, int | float) and isinstance(new, int | float):
        return math.isclose(old, new, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return bool(old == new) and isinstance(old, bool) == isinstance(new, bool)


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


def _claim_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    if old["verdict"] == new["verdict"] and old["statement"] == new["statement"]:
        return ()
    numbers = _fields(old["numbers"], new["numbers"])
    return (*_fields(_without(old, "numbers"), _without(new, "numbers")), *numbers)


def _patient_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(one.field, None, None) for one in _fields(old, new))


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Changed, ...]:
    sides = [
        {**one["study"], "response_cutoff": one.get("response_cutoff"), "landmarks": one.get("landmarks", [])}
        for one in (old, new)
    ]
    return tuple(Changed(one.field, "changed", (one,)) for one in _fields(*sides))


def _software(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Changed, ...]:
    sides = [one.get("software") for one in (old, new)]
    if not all(isinstance(one, Mapping) for one in sides):
        return ()
    return tuple(Changed(one.field, "changed", (one,)) for one in _fields(*sides))  # type: ignore[arg-type]


def _without(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key != name}


def lines_of(found: Difference) -> list[str]:
    """The differences as lines of text, claims first."""
    lines = []
    for title, part in (
        ("claims", found.claims),
        ("results", found.results),
        ("patients", found.patients),
        ("settings", found.settings),
        ("software", found.software),
    ):
        if part:
            lines.append(f"{title} ({len(part)})")
            for one in part:
                lines += _lines(title, one)
    return lines or ["nothing changed"]


def _lines(title: str, one: Changed) -> list[str]:
    said = f": {one.text}" if one.text else ""
    if one.kind != "changed":
        return [f"  {one.name}: {one.kind}{said}"]
    if title == "patients":
        word = "corrected" if any(field.field == "data" for field in one.fields) else "results differ"
        return [f"  {one.name}: {word}"]
    moves = [f"{field.field} {_shown(field.old)} -> {_shown(field.new)}" for field in one.fields]
    if title in ("settings", "software"):
        return [f"  {moves[0]}"]
    if title == "claims":
        return [f"  {one.name}{said}", *(f"    {move}" for move in moves)]
    return [f"  {one.name}: {'; '.join(moves)}"]


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str):
        return value or '""'
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
