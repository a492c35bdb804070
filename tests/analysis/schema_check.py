"""A second reading of JSON Schema, of the keywords that our schema uses; an unknown keyword is an error."""

from __future__ import annotations

import re

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}
NOTES = {"$schema", "$id", "$defs", "title", "description"}


def faults(value, schema, root=None, place="$"):
    """Everything in which a value does not follow a schema."""
    root = root or schema
    wrong_type = _type(value, schema["type"]) if "type" in schema else []
    found = wrong_type or [
        one
        for word, rule in schema.items()
        if word not in NOTES
        for one in _RULES[word](value, rule, schema, root, place)
    ]
    return [one if one.startswith("$") else f"{place}: {one}" for one in found]


def _is(value, name):
    if name in ("number", "integer"):
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return not isinstance(value, bool) and (
            whole if name == "integer" else isinstance(value, int | float)
        )
    return isinstance(value, TYPES[name])


def _type(value, rule, *_):
    names = [rule] if isinstance(rule, str) else rule
    return [] if any(_is(value, name) for name in names) else [f"{value!r} is no {' or '.join(names)}"]


def _properties(value, rule, schema, root, place):
    if not isinstance(value, dict):
        return []
    return [
        one
        for name, part in rule.items()
        if name in value
        for one in faults(value[name], part, root, f"{place}.{name}")
    ]


def _additional(value, rule, schema, root, place):
    if not isinstance(value, dict):
        return []
    names = [name for name in value if name not in schema.get("properties", {})]
    if rule is False:
        return [f"unknown {name!r}" for name in names]
    return [one for name in names for one in faults(value[name], rule, root, f"{place}.{name}")]


def _number(test, words):
    def rule(value, bound, *_):
        return [] if not _is(value, "number") or test(value, bound) else [f"{value} is {words} {bound}"]

    return rule


def _any_of(value, rule, schema, root, place):
    tried = [faults(value, one, root, place) for one in rule]
    return [] if [] in tried else min(tried, key=len)


_RULES = {
    "type": _type,
    "const": lambda value, rule, *_: [] if value == rule else [f"{value!r} is not {rule!r}"],
    "enum": lambda value, rule, *_: [] if value in rule else [f"{value!r} is none of {rule}"],
    "required": lambda value, rule, *_: [f"{one!r} is missing" for one in rule if one not in value],
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": lambda value, rule, schema, root, place: [
        one for name in value for one in faults(name, rule, root, f"{place}.{name}")
    ],
    "items": lambda value, rule, schema, root, place: [
        one for number, item in enumerate(value) for one in faults(item, rule, root, f"{place}[{number}]")
    ],
    "minItems": lambda value, rule, *_: [] if len(value) >= rule else ["too short"],
    "minLength": lambda value, rule, *_: [] if len(value) >= rule else ["empty"],
    "pattern": lambda value, rule, *_: [] if re.search(rule, value) else [f"{value!r} does not match"],
    "minimum": _number(lambda value, bound: value >= bound, "below"),
    "maximum": _number(lambda value, bound: value <= bound, "above"),
    "exclusiveMinimum": _number(lambda value, bound: value > bound, "not above"),
    "exclusiveMaximum": _number(lambda value, bound: value < bound, "not below"),
    "anyOf": _any_of,
    "$ref": lambda value, rule, schema, root, place: faults(
        value, root["$defs"][rule.removeprefix("#/$defs/")], root, place
    ),
}
