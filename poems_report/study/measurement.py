"""A value as the laboratory reports it: a number, `<limit`, `>limit` or nothing.

One text gives one `Parsed` value or one fault in words; columns are read by their distinct texts, so that
two million rows cost no more than the few thousand texts they hold.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

ALLOWED = "a number above 0 such as 1234 or 1234.5, a limit such as <2 or >2000, or empty for missing"

_NUMBER = re.compile(r"(?P<sign>[<>])?\s*(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)")
_WORDS = {"nan", "inf", "-inf", "+inf", "infinity", "-infinity", "na", "none", "null"}


@dataclass(frozen=True)
class Parsed:
    """One reported value.

    Attributes:
        value: the number, or the limit where the value is censored; NaN where nothing was reported.
        censored: -1 below the limit, +1 above it, 0 measured (or missing).
    """

    value: float
    censored: int

    @property
    def missing(self) -> bool:
        """Whether nothing was reported."""
        return math.isnan(self.value)


MISSING = Parsed(math.nan, 0)


def parse_measurement(text: str) -> Parsed | str:
    """Read one reported value.

    Returns:
        the value, or what is wrong with the text, in words.
    """
    text = text.strip()
    if not text:
        return MISSING
    found = _NUMBER.fullmatch(text)
    if not found:
        return "not a finite number" if text.lower() in _WORDS else "not a number"
    value = float(found["number"])
    if not math.isfinite(value):
        return "not a finite number"
    if value < 0:
        return "negative"
    if value == 0:
        return "zero, where a logarithm is taken"
    return Parsed(value, {"<": -1, ">": 1}.get(found["sign"] or "", 0))
