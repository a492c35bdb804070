"""What finished documents owe each other and their reader: the same numbers, references to every figure, fonts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from poems_report.manuscript.pdf_reading import font_names, read_pdf

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_FLOAT = re.compile(r"(?:fig|tbl)-")
_LABEL = re.compile(r"^\s*(?:Figure|Table)\s*[\dA-Z.]+(?:\s*\([a-z]\))?\s*:?")
_SHOWN = 5
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HTML_BLOCKS = frozenset({"p", "td", "th", "li", "dt", "dd", "figcaption", "caption"})
_JATS_BLOCKS = frozenset({"p", "td", "th", "term"})
_HTML_SKIPPED = (
    "a",
    "math",
    "script",
    "style",
    "svg",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "nav",
    "pre",
    "template",
)
_JATS_SKIPPED = (
    "xref",
    "ext-link",
    "inline-formula",
    "disp-formula",
    "alt-text",
    "label",
    "title",
    "preformat",
    "code",
)
_WORD_SKIPPED = re.compile(
    r"Heading\d|Title|Subtitle|Author|Date|AbstractTitle|Bibliography|SourceCode|TOC\w*"
)


def differing_numbers(files: Mapping[str, Path]) -> tuple[str, ...]:
    """Numbers of the text that stand in one format and not in another, one line a pair of documents.

    Compared are paragraphs, lists, tables and captions with the abstract. Left out is what formats number in their
    own way: headings, cross-references, citations, entries of the bibliography, notes, formulas. A PDF also holds the
    text of its figures, so that it is only asked for what the others have.

    Args:
        files: the document of each format (html, docx, jats, pdf).
    """
    readers = {"html": _html, "docx": _docx, "jats": _jats}
    found = {
        name: {number for text in readers[name](path) for number in _NUMBER.findall(text)}
        for name, path in files.items()
        if name in readers
    }
    if "pdf" in files:
        found["pdf"] = set(_NUMBER.findall(read_pdf(files["pdf"]).text))
    first = next((name for name in readers if name in found), None)
    out = []
    for name in found:
        if first is None or name == first:
            continue
        pairs = [(first, name)] if name == "pdf" else [(first, name), (name, first)]
        for one, other in pairs:
            missing = sorted(found[one] - found[other])
            if missing:
                shown = ", ".join(missing[:_SHOWN]) + (" ..." if len(missing) > _SHOWN else "")
                out.append(f"{files[other].name}: numbers of {files[one].name} that are not there: {shown}")
    return tuple(out)


def unreferred(files: Mapping[str, Path]) -> tuple[str, ...]:
    """Figures and tables that no sentence refers to, one line each; a panel needs no reference of its own."""
    out = []
    for name, inside, pointer in (("html", "href", "#"), ("jats", "rid", "")):
        if name not in files:
            continue
        root = _parsed(files[name])
        body = next(iter(root.xpath("//main")), root)
        floats = [
            one for one in body.iter() if isinstance(one.tag, str) and _FLOAT.match(one.get("id") or "")
        ]
        outer = [one for one in floats if not any(above in floats for above in one.iterancestors())]
        for one in outer:
            ids = {f"{pointer}{part.get('id')}" for part in one.iter() if part.get("id")}
            pointers = (link for link in body.iter("a", "xref") if link.get(inside) in ids)
            if not any(_in_text(link, one) for link in pointers):
                out.append(f"{files[name].name}: the text does not refer to {one.get('id')}")
    return tuple(out)


def other_fonts(files: Mapping[str, Path], allowed: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Fonts embedded in the PDF, or named in the Word file, that are none of the allowed families.

    Args:
        files: the document of each format.
        allowed: families by format (pdf, docx); a format that is not there is not looked at.
    """
    readers = {"pdf": font_names, "docx": _word_fonts}
    out = []
    for name in sorted(readers.keys() & files.keys() & allowed.keys()):
        families = tuple(_bare(family) for family in allowed[name])
        others = [font for font in readers[name](files[name]) if not _bare(font).startswith(families)]
        out += [
            f"{files[name].name}: the font {font!r} is none of {', '.join(allowed[name])}" for font in others
        ]
    return tuple(out)


def _bare(font: str) -> str:
    """A font's name in small letters and digits, without the mark of a subset."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^[A-Z]{6}\+", "", font).lower())


def _word_fonts(path: Path) -> tuple[str, ...]:
    from lxml import etree

    names = set()
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            if re.fullmatch(r"word/(document|styles|numbering|footnotes|header\d*|footer\d*)\.xml", part):
                for fonts in etree.fromstring(archive.read(part)).iter(f"{_W}rFonts"):
                    names |= {fonts.get(f"{_W}{key}") for key in ("ascii", "hAnsi")} - {None}
    return tuple(sorted(str(name) for name in names))


def _in_text(link: Any, target: Any) -> bool:
    """Whether a link stands neither within its target nor in a table of contents."""
    return not any(above is target or above.tag == "nav" for above in link.iterancestors())


def _parsed(path: Path) -> Any:
    from lxml import etree, html

    if path.suffix == ".html":
        return html.document_fromstring(
            path.read_bytes(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True)
        )
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    return etree.parse(str(path), parser).getroot()


def _html(path: Path) -> Iterator[str]:
    root = _parsed(path)
    body = next(iter(root.xpath("//main")), root)
    for apart in body.xpath(
        ".//*[@id='refs' or contains(@class, 'footnotes') or contains(@class, 'footnote-ref')]"
    ):
        _emptied(apart)
    for apart in body.xpath(
        ".//*[contains(concat(' ', @class, ' '), ' title ') or contains(@class, 'subtitle')]"
    ):
        _emptied(apart)
    for apart in body.xpath(
        ".//*[@class='author' or @class='affiliation' or @class='date' or @class='keywords']"
    ):
        _emptied(apart)
    yield from _blocks(body, _HTML_BLOCKS, _HTML_SKIPPED)


def _jats(path: Path) -> Iterator[str]:
    root = _parsed(path)
    for part in (*root.iterfind("front/article-meta/abstract"), *root.iterfind("body")):
        yield from _blocks(part, _JATS_BLOCKS, _JATS_SKIPPED)


def _blocks(body: Any, blocks: frozenset[str], skipped: tuple[str, ...]) -> Iterator[str]:
    """The text of each innermost block, without what is skipped and without the labels of captions."""
    for apart in list(body.iter(*skipped)):
        _emptied(apart)
    for block in body.iter(*blocks):
        inner = any(one is not block for one in block.iter(*blocks))
        own = [block.text or "", *(child.tail or "" for child in block)]
        yield " ".join(own) if inner else _LABEL.sub("", "".join(block.itertext()))


def _emptied(element: Any) -> None:
    """Take the content out, keep what follows."""
    tail = element.tail
    element.clear()
    element.tail = tail


def _docx(path: Path) -> Iterator[str]:
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    for paragraph in body.iter(f"{_W}p"):
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if style is not None and _WORD_SKIPPED.fullmatch(style.get(f"{_W}val") or ""):
            continue
        runs = (
            run
            for run in paragraph.iter(f"{_W}t")
            if not any(a.tag == f"{_W}hyperlink" for a in run.iterancestors())
        )
        yield _LABEL.sub("", "".join(run.text or "" for run in runs))
