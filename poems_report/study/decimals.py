"""Numbers as people write them: decimal point or comma. What can be read in two ways is refused, never guessed.

`1.234` is one and a bit where the point is the decimal mark, and one thousand two hundred and thirty-four where
it groups thousands. Other numbers of the same file prove which: `37.7` proves the point, `1,5` the comma.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Mark = Literal["point", "comma"]

MAX_LENGTH = 40
SIGN = r"[<>≤≥=\s]*"

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_TWO_WAYS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[.,'’\s][0-9]{3})+(?:[.,][0-9]+)?")
_WORDS = {"nan", "inf", "infinity", "na", "n/a", "none", "null"}
_PROOF = r"^{sign}[+-]?(?:[0-9]+{mark}[0-9]*|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_NO_PROOF = r"^{sign}[+-]?[1-9][0-9]{{0,2}}{mark}[0-9]{{3}}$"


@dataclass(frozen=True)
class Marks:
    """What is known of the decimal marks of a file.

    Attributes:
        point: some number proves the point.
        comma: some number proves the comma.
        default: whether a point is trusted where nothing proves either.
        stated: the mark that `study.yml` states for all numbers.
    """

    point: bool = False
    comma: bool = False
    default: bool = True
    stated: Mark | None = None

    def trusts(self, sign: str) -> bool:
        """Whether a number that could be read in two ways has this sign as its decimal mark."""
        if self.stated:
            return True
        if sign == ",":
            return self.comma and not self.point
        return not self.comma and (self.point or self.default)


@dataclass(frozen=True)
class Number:
    """A number that was read.

    Attributes:
        text: with a decimal point, digits as written.
        value: finite.
    """

    text: str
    value: float


POINT = Marks(point=True, stated=None)


def marks_of(texts: Iterable[pa.Array], default: bool, stated: Mark | None = None) -> Marks:
    """What the distinct texts of a file's number columns prove."""
    arrays = list(texts)
    return Marks(_proves(arrays, r"\."), _proves(arrays, ","), default, stated)


def read_number(text: str, marks: Marks = POINT) -> Number | str:
    """Read a number, or say in words what is wrong with it."""
    if len(text) > MAX_LENGTH:
        return "not a number"
    if not _NUMBER.fullmatch(text):
        if text.lstrip("+-").casefold() in _WORDS:
            return "not a finite number"
        return "a thousands separator" if _GROUPED.fullmatch(text) else "not a number"
    sign = "," if "," in text else "." if "." in text else ""
    if sign and marks.stated and sign != {"point": ".", "comma": ","}[marks.stated]:
        return f"not the decimal {marks.stated} that study.yml states"
    if two_ways(text, marks):
        return "a number that can be read in two ways"
    plain = text.replace(",", ".")
    value = float(plain)
    return Number(plain, value) if math.isfinite(value) else "not a finite number"


def two_ways(text: str, marks: Marks) -> tuple[str, str] | None:
    """Both readings of a number whose mark could group thousands; None where there is but one."""
    if not _TWO_WAYS.fullmatch(text) or marks.trusts("," if "," in text else "."):
        return None
    return text.replace(",", "."), text.replace(",", "").replace(".", "")


def _proves(texts: list[pa.Array], mark: str) -> bool:
    import pyarrow.compute as pc

    for array in texts:
        proof = pc.match_substring_regex(array, _PROOF.format(sign=SIGN, mark=mark))
        doubt = pc.match_substring_regex(array, _NO_PROOF.format(sign=SIGN, mark=mark))
        if pc.any(pc.and_not(proof, doubt)).as_py():
            return True
    return False
