"""Shortcodes: `meta`, `var`, `pagebreak` become text, `include` has been put in place by then; others are refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from poems_report.errors import RenderError

_ESCAPED = re.compile(r"\{\{\{<(.*?)>\}\}\}")
_SHORTCODE = re.compile(r"\{\{<\s*(/?[\w-]*)\s*(.*?)\s*>\}\}")
_HIDDEN = "\N{SYMBOL FOR START OF TEXT}"


@dataclass
class Shortcodes:
    """Fills shortcodes in, and notes the keys that are not there.

    Attributes:
        meta: the document's metadata.
        variables: `_variables.yml`.
        missing: keys asked for and not found, as "meta:key" or "var:key", with their place.
    """

    meta: Mapping[str, Any]
    variables: Mapping[str, Any]
    missing: list[tuple[str, str, int]] = field(default_factory=list)

    def fill(self, text: str, file: str, line: int) -> str:
        """The text with its shortcodes filled in.

        Raises:
            RenderError: an unknown shortcode, or one that stands in a wrong place.
        """
        if "{{<" not in text:
            return text
        escaped: list[str] = []

        def hide(found: re.Match[str]) -> str:
            escaped.append("{{<" + found[1] + ">}}")
            return _HIDDEN

        def replace(found: re.Match[str]) -> str:
            name, argument = found[1], found[2].strip("\"'")
            if name == "meta":
                return self._value("meta", self.meta, argument, file, line)
            if name == "var":
                return self._value("var", self.variables, argument, file, line)
            if name == "pagebreak" and text.strip() == found[0]:
                return "\n::: {.pagebreak}\n:::\n"
            if name in ("pagebreak", "include"):
                takes = " with the name of one file" if name == "include" else ""
                raise RenderError(f"the shortcode {name!r} must stand alone on its line{takes}", file, line)
            raise RenderError(f"unknown shortcode {name!r}", file, line)

        filled = _SHORTCODE.sub(replace, _ESCAPED.sub(hide, text))
        if "{{<" in filled:
            raise RenderError("a shortcode begins here and does not end on the same line", file, line)
        return re.sub(_HIDDEN, lambda _: escaped.pop(0), filled)

    def _value(self, kind: str, values: Mapping[str, Any], key: str, file: str, line: int) -> str:
        value: Any = values
        for step in key.split("."):
            if isinstance(value, Mapping) and step in value:
                value = value[step]
            elif isinstance(value, list) and step.isdigit() and 1 <= int(step) <= len(value):
                value = value[int(step) - 1]
            else:
                value = None
                break
        if value is None or isinstance(value, (Mapping, list)):
            self.missing.append((f"{kind}:{key}", file, line))
            return f"**?{kind}:{key}**"
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value).strip()
