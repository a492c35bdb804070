"""A difference in words: short lines, the same on the terminal and in the chapter."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from poems_report.labels import labels
from poems_report.versions.difference import Changed, Difference, FieldChange, printed


@dataclass(frozen=True)
class Line:
    """One thing that changed.

    Attributes:
        name: what changed.
        text: what is said of it; empty where the moves say it all.
        moves: what stood there before and after, one text a field.
    """

    name: str
    text: str
    moves: tuple[str, ...] = ()


def told(found: Difference) -> dict[str, tuple[Line, ...]]:
    """What changed, by part, without the parts in which nothing did."""
    return {part: tuple(_line(part, one) for one in some) for part, some in found.parts.items() if some}


def lines_of(found: Difference) -> list[str]:
    """The differences as lines for a terminal, claims first."""
    lines = []
    for part, some in told(found).items():
        lines.append(f"{part} ({len(some)})")
        for one in some:
            if part == "claims" and one.moves:
                lines += [f"  {one.name}: {one.text}", *(f"    {move}" for move in one.moves)]
            else:
                said = "; ".join((*filter(None, [one.text]), *one.moves))
                lines.append(f"  {one.name}: {said}")
    lines = lines or ["nothing changed"]
    if found.unprinted:
        lines.append(f"beyond the printed digits: {found.unprinted} results differ")
    return [*lines, *(f"not compared: {part}, which one side does not record" for part in found.not_compared)]


def _line(part: str, one: Changed) -> Line:
    words = labels()
    if part == "measurements":
        move = one.fields[0]
        if one.kind == "changed":
            return Line(one.name, "", (_move(move, named=False),))
        return Line(one.name, words.text(f"changes.{one.kind}_value", value=_value(move, one.kind)))
    if one.kind != "changed":
        kind = words[f"changes.{one.kind}"]
        return Line(one.name, words.text("changes.with_text", kind=kind, text=one.text) if one.text else kind)
    if part == "patients":
        corrected = any(field.field == "data" for field in one.fields)
        return Line(one.name, words["changes.corrected" if corrected else "changes.results_differ"])
    if part in ("settings", "software"):
        return Line(one.name, "", (_move(one.fields[0], named=False),))
    return Line(one.name, one.text, tuple(_move(field) for field in one.fields))


def _value(move: FieldChange, kind: str) -> str:
    return str(move.new if kind == "added" else move.old)


def _move(one: FieldChange, named: bool = True) -> str:
    if one.old == one.new:
        return (
            "no floor"
            if one.field == "p_floor" and not one.new
            else f"{one.field} {_shown(one.field, one.new)}"
        )
    old, new = _sides(one)
    return f"{one.field} {old} -> {new}" if named else f"{old} -> {new}"


def _sides(one: FieldChange) -> tuple[str, str]:
    """Both values as they are printed, in the first form in which they differ."""
    if _is_number(one.old) and _is_number(one.new):
        for old, new in zip(printed(one.field, one.old), printed(one.field, one.new), strict=True):
            if old != new:
                return old, new
        return repr(one.old), repr(one.new)
    return _shown(one.field, one.old), _shown(one.field, one.new)


def _shown(field: str, value: Any) -> str:
    if value is None or value == "":
        return labels()["changes.none"]
    if _is_number(value):
        return printed(field, value)[0]
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
