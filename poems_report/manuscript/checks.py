"""Checks of finished documents: what may not stand in a report, whichever engine made it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from poems_report.manuscript.pdf_reading import PdfReading, read_pdf

_REFERENCE = re.compile(r"\?@[\w-]+")
_UNFILLED = re.compile(r"\?(?:var|meta):[\w.-]+")
_KEY = re.compile(r"^[^\s?]+\?$")
_PLAIN_KEY = re.compile(r"[(;] ?([\w:-]*\d[\w:-]*)\?(?=[);])")
_FETCHED = (
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("source", "src"),
    ("iframe", "src"),
    ("object", "data"),
)
_ADDRESS = re.compile(r"(?:url\(|@import)\s*[\"']?(?!data:|#|url\()([^\"')\s;]+)")
_LOADED_LINKS = frozenset({"stylesheet", "icon", "preload", "modulepreload", "prefetch"})
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_HREF = "{http://www.w3.org/1999/xlink}href"


def check_documents(files: Mapping[str, Path], *, unfilled: bool = True) -> tuple[str, ...]:
    """Faults of finished documents, one line each, beginning with the file's name.

    Looked for in every format: references without a target, citations without an entry, links within the
    document that lead nowhere, images without a source or without alternative text. In HTML also: anything that
    a browser would fetch. In PDF also: tags, language and title.

    Args:
        files: the document of each format (html, docx, jats, pdf).
        unfilled: look for `meta` and `var` shortcodes without a value too.
    """
    checks: dict[str, Callable[[Path], Iterator[str]]] = {
        "html": _html, "docx": _docx, "jats": _jats, "pdf": _pdf,
    }  # fmt: skip
    found = [f"{path.name}: {fault}" for target, path in files.items() for fault in checks[target](path)]
    return tuple(dict.fromkeys(line for line in found if unfilled or not _UNFILLED.search(line)))


def _words(text: str) -> Iterator[str]:
    for pattern, what in ((_REFERENCE, "unresolved reference"), (_UNFILLED, "shortcode without a value")):
        for found in pattern.findall(text):
            yield f"{what} {found}"


def _html(path: Path) -> Iterator[str]:
    from lxml import html

    root: Any = html.document_fromstring(
        path.read_bytes(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True)
    )
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    yield from _words(_html_text(root))
    for bold in root.iter("strong"):
        if _KEY.match(text := bold.text_content()) and not any(
            a.tag in ("code", "pre") for a in bold.iterancestors()
        ):
            yield f"unresolved citation {text.rstrip('?')}"
    for image in root.iter("img"):
        if not image.get("src"):
            yield "an image without a source"
        if not (image.get("alt") or "").strip() and image.get("role") not in ("presentation", "none"):
            yield f"an image without alternative text: {(image.get('src') or '')[:60]}"
    for link in root.iter("a"):
        target = unquote((link.get("href") or "")[1:])
        if (link.get("href") or "").startswith("#") and target and target not in ids:
            yield f"the link #{target} leads nowhere"
    for active in root.xpath("//main//script | //main//*[@onclick or @onload or @onerror or @onmouseover]"):
        yield f"<{active.tag}> runs code within the text"
    yield from _fetched(root)


def _fetched(root: Any) -> Iterator[str]:
    """What a browser would fetch to show the page."""
    for tag, key in _FETCHED:
        for element in root.iter(tag):
            if tag == "link" and not _LOADED_LINKS & set((element.get("rel") or "").split()):
                continue
            address = element.get(key) or ""
            if address and not address.startswith(("data:", "#")):
                yield f"<{tag}> is not embedded: {address[:80]}"
    styles = [style.text or "" for style in root.iter("style")]
    styles += [element.get("style") for element in root.iterfind(".//*[@style]")]
    for address in (found for style in styles for found in _ADDRESS.findall(style)):
        yield f"a style is not embedded: {address[:80]}"


def _html_text(root: Any) -> str:
    body = root.find("body")
    parts = []
    skip = {"script", "style", "pre", "code", "annotation"}
    for element in (body if body is not None else root).iter():
        inside = element.tag in skip or any(a.tag in skip for a in element.iterancestors())
        if isinstance(element.tag, str) and not inside:
            parts.append(element.text or "")
        if not any(a.tag in skip for a in element.iterancestors()):
            parts.append(element.tail or "")
    return "".join(parts)


def _docx(path: Path) -> Iterator[str]:
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        parts = [n for n in names if re.fullmatch(r"word/(document|footnotes|header\d*|footer\d*)\.xml", n)]
        roots = {part: etree.fromstring(archive.read(part)) for part in sorted(parts)}
        marks = {m.get(f"{_W}name") for root in roots.values() for m in root.iter(f"{_W}bookmarkStart")}
        for part, root in roots.items():
            relations = f"word/_rels/{Path(part).name}.rels"
            targets = {}
            if relations in names:
                for relation in etree.fromstring(archive.read(relations)):
                    targets[relation.get("Id")] = relation
            yield from _docx_part(root, targets, names, marks)


def _docx_part(
    root: Any, targets: Mapping[str | None, Any], names: set[str], marks: set[str | None]
) -> Iterator[str]:
    for paragraph in root.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if style is not None and style.get(f"{_W}val") == "SourceCode":
            continue
        text = ""
        for run in paragraph.iter(f"{_W}r"):
            kind = run.find(f"{_W}rPr/{_W}rStyle")
            if kind is not None and kind.get(f"{_W}val") == "VerbatimChar":
                continue
            piece = "".join(t.text or "" for t in run.iter(f"{_W}t"))
            if run.find(f"{_W}rPr/{_W}b") is not None and _KEY.match(piece):
                yield f"unresolved citation {piece.rstrip('?')}"
            text += piece
        yield from _words(text)
    for link in root.iter(f"{_W}hyperlink"):
        if (anchor := link.get(f"{_W}anchor")) and anchor not in marks:
            yield f"the link #{anchor} leads nowhere"
    for drawing in root.iter(f"{_W}drawing"):
        properties = next((e for e in drawing.iter() if e.tag.endswith("}docPr")), None)
        if properties is None or not (properties.get("descr") or "").strip():
            yield "an image without alternative text"
        for blip in drawing.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"):
            relation = targets.get(blip.get(f"{_R}embed"))
            if relation is None or f"word/{relation.get('Target')}" not in names:
                yield "an image without a source"


def _jats(path: Path) -> Iterator[str]:
    from lxml import etree

    root = etree.parse(
        str(path), etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    ).getroot()
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    for element in list(root.iter("code", "preformat", "monospace", "tex-math")):
        for child in element:
            element.remove(child)
        element.text = ""
    yield from _words(_text(root))
    for bold in root.iter("bold"):
        if _KEY.match(text := _text(bold)):
            yield f"unresolved citation {text.rstrip('?')}"
    for link in root.iter("xref"):
        for target in (link.get("rid") or "").split():
            if target not in ids:
                yield f"the link #{target} leads nowhere"
    for graphic in root.iter("graphic", "inline-graphic"):
        address = graphic.get(_HREF) or ""
        if not address or not (path.parent / address).is_file():
            yield f"an image without a source: {address}"
        if not (graphic.findtext("alt-text") or "").strip():
            yield f"an image without alternative text: {address}"


def _text(element: Any) -> str:
    return "".join(str(piece) for piece in element.itertext())


def _pdf(path: Path) -> Iterator[str]:
    read: PdfReading = read_pdf(path)
    yield from _words(read.text)
    for key in _PLAIN_KEY.findall(read.text):
        yield f"unresolved citation {key}"
    for what, there in (("tags", read.tagged), ("language", read.language), ("title", read.title)):
        if not there:
            yield f"the PDF has no {what}"
    if read.figures_without_text:
        yield f"images without alternative text: {read.figures_without_text}"
    for target in read.dead_links:
        yield f"the link #{target} leads nowhere"
