"""Whether finished documents for blind review hold what they should not: the authors, in text or metadata."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from poems_report.manuscript.pdf_reading import read_pdf


def found_in(files: Mapping[str, Path], names: Sequence[str]) -> tuple[str, ...]:
    """One line for every document that holds one of the names anywhere: text, attributes, comments, metadata.

    Args:
        files: the document of each format (html, docx, jats, pdf).
        names: what may not occur, compared without regard to case and line breaks.
    """
    if not names:
        return ()
    readers: dict[str, Callable[[Path], Iterator[str]]] = {
        "html": _xml, "docx": _docx, "jats": _xml, "pdf": _pdf,
    }  # fmt: skip
    wanted = {_plain(name): name for name in names}
    found = []
    for target, path in files.items():
        text = _plain(" ".join(readers[target](path)))
        found += [f"{path.name}: names {name!r}" for plain, name in wanted.items() if plain in text]
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _xml(path: Path) -> Iterator[str]:
    from lxml import etree, html

    content = path.read_bytes()
    root: Any = (
        html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", huge_tree=True))
        if path.suffix == ".html"
        else etree.fromstring(
            content, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
        )
    )
    yield "".join(str(text) for text in root.itertext())
    for element in root.iter():
        yield from (str(value) for value in element.attrib.values())
        if not isinstance(element.tag, str):
            yield element.text or ""  # a comment, which is no text to lxml


def _docx(path: Path) -> Iterator[str]:
    from lxml import etree

    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            yield name
            if re.search(r"\.(xml|rels)$", name):
                root = etree.fromstring(archive.read(name))
                yield "".join(str(text) for text in root.itertext())
                for element in root.iter():
                    yield from (str(value) for value in element.attrib.values())


def _pdf(path: Path) -> Iterator[str]:
    import pikepdf

    yield read_pdf(path).text
    with pikepdf.open(path) as pdf:
        if "/Metadata" in pdf.Root:
            yield re.sub(r"<[^>]+>", "", pdf.Root.Metadata.read_bytes().decode("utf-8", "replace"))
        for thing in [pdf.docinfo, *pdf.objects]:
            yield from _strings(thing)


def _strings(thing: Any) -> Iterator[str]:
    import pikepdf

    if isinstance(thing, pikepdf.String):
        yield str(thing)
    elif isinstance(thing, pikepdf.Dictionary):
        yield from (str(value) for value in thing.as_dict().values() if isinstance(value, pikepdf.String))
    elif isinstance(thing, pikepdf.Array):
        yield from (str(value) for value in thing.as_list() if isinstance(value, pikepdf.String))
