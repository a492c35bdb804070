"""The fonts of a PDF: name, kind, whether embedded, and the letters and widths of their codes (ISO 32000-1, 9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poems_report.submission.reading.facts import Font

_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_KINDS = {
    "/Type1": "Type 1", "/MMType1": "Type 1", "/TrueType": "TrueType", "/Type3": "Type 3",
    "/CIDFontType0": "CFF", "/CIDFontType2": "TrueType",
}  # fmt: skip
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_LARGEST_TABLE = 1_000_000
_APART = 2000.0
"""Thousandths of the size that part two words of one operand."""
_AVERAGE = 0.5
"""Width of a letter, of the size, where a font that is not embedded states none."""


@dataclass(frozen=True)
class PdfFont:
    """A font with what is needed to follow its text.

    Attributes:
        font: the fact.
        code_bytes: bytes of a code, 1 or 2.
        widths: of the codes, in parts of the size.
        usual: width of every other code.
        letters: of the codes, from /ToUnicode.
    """

    font: Font
    code_bytes: int
    widths: Mapping[int, float]
    usual: float
    letters: Mapping[int, str]

    def decode(self, what: Any) -> tuple[str, float]:
        """Letters and length, in parts of the size, of the operand of Tj or TJ."""
        import pikepdf

        letters: list[str] = []
        length = 0.0
        for part in what if isinstance(what, pikepdf.Array) else [what]:
            if isinstance(part, pikepdf.String):
                raw = bytes(part)
                codes = [
                    int.from_bytes(raw[at : at + self.code_bytes], "big")
                    for at in range(0, len(raw), self.code_bytes)
                ]
                letters += [self.letters.get(code, _plain(code, self.code_bytes)) for code in codes]
                length += sum(self.widths.get(code, self.usual) for code in codes)
            else:
                length -= float(part) / 1000
        return "".join(letters), length


def words_of(what: Any) -> list[Any]:
    """The operand of Tj or TJ in parts that are apart: a writer may set two words of one line in one operand."""
    import pikepdf

    if not isinstance(what, pikepdf.Array):
        return [what]
    parts: list[Any] = [[]]
    for one in what:
        parts[-1].append(one)
        if not isinstance(one, pikepdf.String) and abs(float(one)) > _APART:
            parts.append([])
    return [pikepdf.Array(part) for part in parts]


def font_of(one: Any) -> PdfFont:
    """What a font dictionary says."""
    base, subtype = one, str(one.get("/Subtype", ""))
    composite = subtype == "/Type0"
    if composite:
        base = one["/DescendantFonts"][0]
        subtype = str(base.get("/Subtype", ""))
    kind = _KINDS.get(subtype, subtype.lstrip("/"))
    descriptor = base.get("/FontDescriptor", {})
    embedded = kind == "Type 3" or any(name in descriptor for name in _FILES)
    name = str(one.get("/BaseFont", base.get("/Name", descriptor.get("/FontName", "/unnamed"))))
    font = Font(_SUBSET.sub("", name.lstrip("/")), embedded, kind)
    widths, usual = _cid_widths(base) if composite else _widths(one, kind)
    return PdfFont(font, 2 if composite else 1, widths, usual, _letters(one))


def _plain(code: int, size: int) -> str:
    return chr(code) if size == 1 and code >= 32 else "\N{REPLACEMENT CHARACTER}"


def _widths(one: Any, kind: str) -> tuple[dict[int, float], float]:
    unit = abs(float(one["/FontMatrix"][0])) if kind == "Type 3" and "/FontMatrix" in one else 0.001
    first = int(one.get("/FirstChar", 0))
    stated = {first + at: float(width) * unit for at, width in enumerate(one.get("/Widths", []))}
    return stated, 0.0 if stated else _AVERAGE


def _cid_widths(base: Any) -> tuple[dict[int, float], float]:
    """Table 9.7.4.3: `first [w w w]` or `first last w`."""
    import pikepdf

    widths: dict[int, float] = {}
    waiting: list[int] = []
    for entry in base.get("/W", []):
        if isinstance(entry, pikepdf.Array):
            widths |= {waiting[0] + at: float(width) / 1000 for at, width in enumerate(entry)}
            waiting = []
        elif len(waiting) == 2:
            first, last = waiting
            widths |= dict.fromkeys(range(first, min(last, 65535) + 1), float(entry) / 1000)
            waiting = []
        else:
            waiting.append(int(entry))
    return widths, float(base.get("/DW", 1000)) / 1000


def _letters(one: Any) -> dict[int, str]:
    if "/ToUnicode" not in one or not hasattr(one["/ToUnicode"], "read_bytes"):
        return {}
    source = one["/ToUnicode"].read_bytes()[:_LARGEST_TABLE].decode("latin-1")
    found: dict[int, str] = {}
    for block in _blocks(source, "bfchar"):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = _utf16(text)
    for block in _blocks(source, "bfrange"):
        triples = r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>"
        for first, last, text in re.findall(triples, block):
            start, end, letter = int(first, 16), int(last, 16), int(text, 16)
            found |= {
                code: _letter(letter + code - start) for code in range(start, min(end, start + 255) + 1)
            }
        for first, texts in re.findall(r"<([0-9A-Fa-f]+)>\s*<[0-9A-Fa-f]+>\s*\[([^\]]{0,9000})\]", block):
            listed = re.findall(r"<([0-9A-Fa-f]+)>", texts)
            found |= {int(first, 16) + at: _utf16(text) for at, text in enumerate(listed)}
    return found


def _blocks(source: str, kind: str) -> list[str]:
    return [part.partition(f"end{kind}")[0] for part in source.split(f"begin{kind}")[1:]]


def _letter(number: int) -> str:
    return chr(number) if number < 0x110000 else "\N{REPLACEMENT CHARACTER}"


def _utf16(text: str) -> str:
    return bytes.fromhex(text if len(text) % 2 == 0 else f"0{text}").decode("utf-16-be", "replace")
