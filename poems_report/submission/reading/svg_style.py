"""How an SVG's element is drawn: attributes, styles and what they inherit (SVG 1.1, chapters 6, 7 and 11)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poems_report.submission.reading.facts import Colour
from poems_report.submission.reading.matrix import IDENTITY, Matrix, times
from poems_report.submission.reading.svg_safety import local

INHERITED = (
    "fill", "stroke", "stroke-width", "font-size", "font-family", "text-anchor", "fill-opacity", "stroke-opacity",
    "visibility", "color",
)  # fmt: skip
DEFAULTS = {"fill": "black", "stroke": "none", "stroke-width": "1", "font-size": "16px", "font-family": ""}
_PX = {
    "": 1.0,
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
    "q": 96 / 101.6,
}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*([a-zA-Z%]*)\s*$")
_LONGEST = 200
"""Letters of a length, a colour or a font; what is longer is none."""
_FUNCTION = re.compile(r"rgba?\((.*)\)$")
_FAMILY = re.compile(r"font-family\s*:\s*([^;]+)")
_SHORTHAND = re.compile(r"([\d.]+(?:px|pt|pc|mm|cm|in|q)?)(?:\s*/\s*[^\s]+)?\s+(.+)$")


@dataclass(frozen=True)
class Sheet:
    """Rules of the file's <style> elements by selector: `*`, `tag`, `.class`, `#id`; others are not followed.

    `embedded` names the families that an @font-face brings along.
    """

    rules: Mapping[str, Mapping[str, str]]
    embedded: frozenset[str] = frozenset()

    def of(self, element: Any) -> dict[str, str]:
        """What is stated for one element, the strongest last: sheet, then its own style."""
        stated = {key: str(value) for key, value in element.attrib.items() if not str(key).startswith("{")}
        names = ["*", local(element), *(f".{one}" for one in element.get("class", "").split())]
        for name in (*names, f"#{element.get('id', '')}"):
            stated |= self.rules.get(name, {})
        return stated | declarations(element.get("style", ""))


def sheet_of(root: Any) -> Sheet:
    """The rules of all <style> elements."""
    rules: dict[str, dict[str, str]] = {}
    embedded: set[str] = set()
    for element in root.iter():
        if local(element) == "style":
            for block in _without_comments("".join(element.itertext())).split("}"):
                selectors, _, body = block.partition("{")
                if selectors.strip() == "@font-face" and (family := _FAMILY.search(body)):
                    embedded.add(family[1].strip("'\" "))
                for selector in selectors.split(","):
                    rules.setdefault(selector.strip(), {}).update(declarations(body))
    return Sheet(rules, frozenset(embedded))


def _without_comments(text: str) -> str:
    first, *others = text.split("/*")
    return first + "".join(part.partition("*/")[2] for part in others)


def declarations(text: str) -> dict[str, str]:
    """`name: value` pairs; the shorthand `font` is taken apart."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().lower()] = value.replace("!important", "").strip()
    if len(found.get("font", "")) <= _LONGEST and (match := _SHORTHAND.search(found.get("font", ""))):
        found.setdefault("font-size", match[1])
        found.setdefault("font-family", match[2])
    return found


def length(text: str, relative: float = 0.0) -> float | None:
    """A length in user units (CSS pixels); `%` and `em` are parts of `relative`; None if it is none."""
    match = _LENGTH.match(text) if len(text) <= _LONGEST else None
    if not match:
        return None
    unit = match[2].lower()
    if unit in ("%", "em"):
        return float(match[1]) * relative / (100 if unit == "%" else 1)
    return float(match[1]) * _PX[unit] if unit in _PX else None


def colour_of(text: str, current: str = "black") -> Colour | None:
    """A plain colour; None for `none`, a gradient or what is not understood."""
    found = _parsed(current if text.strip().lower() == "currentcolor" else text)
    return None if found is None else found[0]


def opacity_in(text: str) -> float:
    """The opacity that a colour carries itself: `rgba(...)` or `#rrggbbaa`."""
    found = _parsed(text)
    return 1.0 if found is None else found[1]


def _parsed(text: str) -> tuple[Colour, float] | None:
    """Colour and opacity, of CSS Color 4 names, hexadecimal, `rgb()`, `rgba()` and `hsl()`."""
    from PIL import ImageColor

    value = text.strip().lower()
    if len(value) > _LONGEST:
        return None
    if value == "transparent":
        return (0, 0, 0), 0.0
    if match := _FUNCTION.match(value):
        parts = re.findall(rf"({_NUMBER})(%?)", match[1])
        if len(parts) not in (3, 4):
            return None
        red, green, blue = (float(one) * (2.55 if unit else 1.0) for one, unit in parts[:3])
        opacity = float(parts[3][0]) / (100 if parts[3][1] else 1) if len(parts) == 4 else 1.0
        return (round(red), round(green), round(blue)), opacity
    try:
        found = ImageColor.getrgb(value)
    except ValueError:
        return None
    return (found[0], found[1], found[2]), found[3] / 255 if len(found) == 4 else 1.0


def transform(text: str) -> Matrix:
    """The value of a `transform` attribute."""
    matrix = IDENTITY
    for name, arguments in re.findall(r"(\w{1,9})\s{0,9}\(([^)]{0,400})\)", text):
        values = [float(one) for one in re.findall(_NUMBER, arguments)]
        matrix = times(_one(name, values), matrix)
    return matrix


def _one(name: str, values: list[float]) -> Matrix:
    if name == "matrix" and len(values) == 6:
        return values[0], values[1], values[2], values[3], values[4], values[5]
    if not values:
        return IDENTITY
    first = values[0]
    second = values[1] if len(values) > 1 else None
    if name == "translate":
        return 1, 0, 0, 1, first, second or 0.0
    if name == "scale":
        return first, 0, 0, first if second is None else second, 0, 0
    if name == "rotate":
        turn = math.radians(first)
        about = (values[1], values[2]) if len(values) == 3 else (0.0, 0.0)
        turned = (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0.0, 0.0)
        there, back = (1.0, 0.0, 0.0, 1.0, -about[0], -about[1]), (1.0, 0.0, 0.0, 1.0, *about)
        return times(times(there, turned), back)
    if name == "skewX":
        return 1, 0, math.tan(math.radians(first)), 1, 0, 0
    if name == "skewY":
        return 1, math.tan(math.radians(first)), 0, 1, 0, 0
    return IDENTITY
