"""Signs of free text that no font of the page has: shown by their code points, so that no page fails for one."""

from __future__ import annotations

import unicodedata
from functools import cache

from poems_report.patients.metrics import FACES, OTHER_SCRIPTS, signs_of
from poems_report.patients.record import Record
from poems_report.resources import fonts_folder

_SPACES = frozenset("\n\r\t")
_LINES = "\u2028\u2029"
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
_EMOJI = "☕"
"""The one sign of the page's own font that Pango takes for an emoji."""

_PICTURES, _LAST_PLAIN = range(0x2300, 0x2C00), 0x1EFFF


def shown(text: str) -> str:
    """A text with every sign that no font of the page has as `[U+1F600]`; what has no shape is left out."""
    if text.isascii():
        return text
    return "".join(one if one in _known() else _named(one) for one in text)


def right_to_left(text: str) -> bool:
    """Whether a text has letters of Hebrew, Arabic or their like, which a drawing sets one by one, reversed."""
    return not text.isascii() and any(unicodedata.bidirectional(one) in ("R", "AL") for one in text)


def replaced(record: Record) -> tuple[str, ...]:
    """Where a page shows code points: names of columns of `patients.csv`, `event`, `comment`."""
    texts = {
        **record.fields,
        "event": "".join(one.name + one.detail for one in record.events),
        "comment": "".join(one.comment for one in (*record.measurements, *record.companions)),
    }
    return tuple(name for name, text in texts.items() if any(_named(sign).strip() for sign in _unknown(text)))


def _unknown(text: str) -> set[str]:
    return set() if text.isascii() else set(text) - _known()


def _named(sign: str) -> str:
    if sign in _LINES:
        return " "
    return "" if sign in _SELECTORS or unicodedata.category(sign) == "Cf" else f"[U+{ord(sign):04X}]"


@cache
def _known() -> frozenset[str]:
    """Every sign that all four faces of the font have, or one of the fonts for other scripts."""
    own = frozenset.intersection(*(signs_of(fonts_folder() / file) for file, _, _ in FACES))
    others = frozenset.union(*(signs_of(fonts_folder() / file) for _, file in OTHER_SCRIPTS))
    known = map(chr, own | {code for code in others if not _is_picture(code)})
    return (frozenset(known) | _SPACES).difference(_LINES, _SELECTORS, _EMOJI)


def _is_picture(code: int) -> bool:
    """Whether Pango may take a sign for an emoji, which it seeks in the fonts of the machine first."""
    return code in _PICTURES or code > _LAST_PLAIN
