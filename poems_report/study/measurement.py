"""A value as the laboratory reports it: a number, a limit (`<2`, `> 2000`, `≤1,5`), `n.d.`, `-` or nothing.

One text gives one `Parsed` value or one fault in words; columns are read by their distinct texts, so that
two million rows cost no more than the few thousand texts they hold.

`≤1.5` says no more than that the value is not above the limit: it is censored below, as `<1.5` is. `-` and an
empty cell are missing. `n.d.` is left to the study, which states whether it means not detected or not done.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from poems_report.study.decimals import POINT, Marks, read_number, two_ways

if TYPE_CHECKING:
    import pyarrow as pa

ALLOWED = "a number above 0 such as 1234 or 1234.5, a limit such as <2 or >2000, or empty for missing"

_LIMIT = re.compile(r"(<=|>=|=<|=>|[<>≤≥⩽⩾])?\s*(.*)", re.DOTALL)
_SIGNS = {
    "<": "<",
    ">": ">",
    "≤": "≤",
    "≥": "≥",
    "<=": "≤",
    "=<": "≤",
    ">=": "≥",
    "=>": "≥",
    "⩽": "≤",
    "⩾": "≥",
}
_SIDE = {"": 0, "<": -1, "≤": -1, ">": 1, "≥": 1}
_NOT_DETECTED = re.compile(r"n\s?\.?\s?d\s?\.?", re.IGNORECASE)
# No concentration, count or share lies beyond, in any unit; ratios of values within cannot overflow.
SMALLEST, LARGEST = 1e-15, 1e15
_DASHES = {"-", "–", "—", "--"}
_PLAIN = r"^(?:[0-9]{1,15}|[0-9]{1,15}\.(?:[0-9]{1,2}|[0-9]{4,15})|(?:0|[0-9]{4,15})\.[0-9]{3})$"


@dataclass(frozen=True)
class Parsed:
    """One reported value.

    Attributes:
        value: the number, or the limit where the value is censored; NaN where there is none.
        censored: -1 below the limit, +1 above it, 0 measured (or missing).
        text: as reported, with a decimal point and without blanks: `<2.0`; empty where there is no number.
        detected: False for `n.d.`.
    """

    value: float
    censored: int
    text: str = field(default="", compare=False)
    detected: bool = True

    @property
    def missing(self) -> bool:
        """Whether nothing was reported."""
        return math.isnan(self.value) and self.detected


MISSING = Parsed(math.nan, 0)
NOT_DETECTED = Parsed(math.nan, 0, detected=False)


@dataclass(frozen=True)
class Values:
    """A column of reported values, by its distinct texts.

    Attributes:
        value: as in `Parsed`; NaN where there is none.
        censored: as in `Parsed`.
        detected: False for `n.d.`.
        text: as in `Parsed`.
        faults: what is wrong, by text.
        readings: both readings of a number that can be read in two ways, by text.
    """

    value: np.ndarray
    censored: np.ndarray
    detected: np.ndarray
    text: np.ndarray
    faults: dict[str, str]
    readings: dict[str, tuple[str, str]]


def parse_measurement(text: str, marks: Marks = POINT) -> Parsed | str:
    """Read one reported value.

    Returns:
        the value, or what is wrong with the text, in words.
    """
    text = text.strip()
    if not text or text in _DASHES:
        return MISSING
    if _NOT_DETECTED.fullmatch(text):
        return NOT_DETECTED
    sign, number = split_limit(text)
    found = read_number(number, marks)
    if isinstance(found, str):
        return found
    if found.value < 0:
        return "negative"
    if found.value == 0:
        return "zero, where a logarithm is taken"
    if not SMALLEST <= found.value <= LARGEST:
        return "beyond what a laboratory measures"
    return Parsed(found.value, _SIDE[sign], f"{sign}{found.text.removeprefix('+')}")


def split_limit(text: str) -> tuple[str, str]:
    """The sign of a limit (`<`, `≤`, `>`, `≥` or none) and the number after it."""
    found = _LIMIT.fullmatch(text)
    sign, number = found.groups() if found else ("", text)
    return _SIGNS.get(sign or "", ""), number


def parse_values(texts: pa.Array, marks: Marks) -> Values:
    """Read the distinct texts of a column; plain numbers all at once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = texts.to_numpy(zero_copy_only=False).astype(object)
    count = len(words)
    values = Values(
        np.full(count, math.nan), np.zeros(count, np.int8), np.ones(count, bool), words.copy(), {}, {}
    )
    plain = np.zeros(count, dtype=bool)
    if marks.stated != "comma":
        plain = pc.match_substring_regex(texts, _PLAIN).to_numpy(zero_copy_only=False)
        values.value[plain] = texts.filter(pa.array(plain)).cast(pa.float64()).to_numpy()
        plain &= (values.value >= SMALLEST) & (values.value <= LARGEST)
    for place in np.flatnonzero(~plain).tolist():
        _place(values, place, words[place], marks)
    return values


def _place(values: Values, place: int, text: str, marks: Marks) -> None:
    found = parse_measurement(text, marks)
    if isinstance(found, str):
        values.faults[text] = found
        readings = two_ways(split_limit(text)[1], marks)
        if readings:
            values.readings[text] = readings
        values.value[place] = math.nan
        return
    values.value[place] = found.value
    values.censored[place] = found.censored
    values.detected[place] = found.detected
    values.text[place] = found.text
