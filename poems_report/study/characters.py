"""Characters that an eye cannot see or takes for others, named so that a user can find them."""

from __future__ import annotations

import re
import unicodedata

SHOWN = 60

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def cut(text: str) -> str:
    """A text short enough to print."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def invisible(text: str, free: bool = False) -> str:
    """Names the first character of a text that cannot be seen; empty where there is none.

    Args:
        text: the content of a cell.
        free: whether the cell is free text, which may hold line breaks and the joiners of some scripts; marks
            that turn the direction of writing and control characters are named all the same.
    """
    if text.isascii() and text.isprintable():
        return ""
    for one in text:
        kind = unicodedata.category(one)
        allowed = one in "\n\t" or (kind == "Cf" and one not in _BIDI) if free else False
        if kind in {"Cc", "Cf", "Co", "Cn"} and not allowed:
            return name(one)
    return ""


def foreign(text: str) -> str:
    """Names the first character that is no ASCII, such as a Cyrillic letter in an identifier; else empty."""
    found = re.search(r"[^\x00-\x7f]", text)
    return name(found[0]) if found else ""


def name(character: str) -> str:
    """A character by its Unicode name and number."""
    return f"{unicodedata.name(character, 'a control character')} (U+{ord(character):04X})"
