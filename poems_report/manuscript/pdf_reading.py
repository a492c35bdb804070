"""What a finished PDF says: text, tags, language, title, and links that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class PdfReading:
    """What the checks want to know of a PDF.

    Attributes:
        text: the text of all pages, in the order it is drawn.
        tagged: the file says that it is tagged.
        language: its language, empty if not stated.
        title: its title, empty if not stated.
        figures_without_text: tagged figures without alternative text.
        dead_links: names of destinations that are linked to and not there.
    """

    text: str
    tagged: bool
    language: str
    title: str
    figures_without_text: int
    dead_links: tuple[str, ...]


def read_pdf(path: Path) -> PdfReading:
    """Read a PDF. Text is decoded through the fonts' ToUnicode tables, as WeasyPrint writes them."""
    return _read(path.read_bytes())


@lru_cache(1)
def _read(content: bytes) -> PdfReading:
    import pikepdf

    with pikepdf.open(BytesIO(content)) as pdf:
        tables: dict[tuple[int, int], dict[int, str]] = {}
        root = pdf.Root
        marked = root.get("/MarkInfo")
        tree = root.get("/StructTreeRoot")
        names = root.get("/Names")
        known: set[str] = set()
        if names is not None and "/Dests" in names:
            known = {str(name) for name in pikepdf.NameTree(names["/Dests"])}
        linked = {
            str(link["/Dest"])
            for page in pdf.pages
            for link in page.get("/Annots", [])
            if isinstance(link.get("/Dest"), pikepdf.String)
        }
        return PdfReading(
            text="\n".join(_page_text(page, tables) for page in pdf.pages),
            tagged=bool(marked is not None and marked.get("/Marked", False) and tree is not None),
            language=str(root.get("/Lang", "")),
            title=str(pdf.docinfo.get("/Title", "")),
            figures_without_text=sum(not str(f.get("/Alt", "")).strip() for f in _figures(tree)),
            dead_links=tuple(sorted(linked - known)),
        )


def font_names(path: Path) -> tuple[str, ...]:
    """Names of all fonts of a PDF, those within drawings included."""
    import pikepdf

    with pikepdf.open(path) as pdf:
        fonts = [
            one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"
        ]
        return tuple(sorted({str(font.get("/BaseFont", "unnamed")).lstrip("/") for font in fonts}))


def _figures(node: Any) -> Iterator[Any]:
    """Structure elements that are figures, depth first, without recursion."""
    import pikepdf

    waiting = [node] if node is not None else []
    while waiting:
        this = waiting.pop()
        if isinstance(this, pikepdf.Array):
            waiting.extend(this)
        elif isinstance(this, pikepdf.Dictionary):
            if this.get("/S") == "/Figure":
                yield this
            if "/K" in this:
                waiting.append(this["/K"])


def _page_text(page: Any, tables: dict[tuple[int, int], dict[int, str]]) -> str:
    """The text of a page; `tables` keeps what was read of each font, for the pages that share it."""
    import pikepdf

    fonts = {}
    for name, font in page.resources.get("/Font", {}).items():
        if font.objgen not in tables:
            tables[font.objgen] = _to_unicode(font)
        fonts[name] = tables[font.objgen]
    parts: list[str] = []
    table: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(page, "ET Tf Tj TJ '"):
        if not isinstance(instruction, pikepdf.ContentStreamInstruction):
            continue
        operands, name = instruction.operands, str(instruction.operator)
        if name == "Tf":
            table = fonts.get(str(operands[0]), {})
        elif name in ("Tj", "'"):
            parts.append(_decode(bytes(operands[0]), table))
        elif name == "TJ":
            codes = b"".join(bytes(item) for item in operands[0] if isinstance(item, pikepdf.String))
            parts.append(_decode(codes, table))
        elif name == "ET":
            parts.append(" ")
    return "".join(parts)


def _to_unicode(font: Any) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    source = font["/ToUnicode"].read_bytes().decode("latin-1")
    tables = "".join(re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL))
    pairs = re.findall(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", tables)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be", "replace") for code, text in pairs}


def _decode(codes: bytes, table: dict[int, str]) -> str:
    pairs = zip(codes[::2], codes[1::2], strict=False)
    return "".join(table.get(high << 8 | low, "") for high, low in pairs)
