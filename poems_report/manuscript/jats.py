"""What pandoc's JATS still lacks: labels of sections, ids on formulas, kinds of links, images beside the file."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from poems_report import provenance
from poems_report.errors import RenderError
from poems_report.manuscript.config import FIGURES

_HREF = "{http://www.w3.org/1999/xlink}href"
_BEFORE_DATE = frozenset({
    "article-id", "article-categories", "title-group", "contrib-group", "aff", "aff-alternatives", "author-notes",
})  # fmt: skip
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_KINDS = {
    "aff": "aff", "boxed-text": "boxed-text", "corresp": "corresp", "disp-formula": "disp-formula", "fig": "fig",
    "fig-group": "fig", "fn": "fn", "ref": "bibr", "sec": "sec", "table-wrap": "table",
    "table-wrap-group": "table",
}  # fmt: skip


def finish_jats(path: Path, work: Path, root: Path) -> tuple[bytes, dict[str, Path]]:
    """Finish an article and list the images it needs.

    Args:
        path: the article as pandoc wrote it.
        work: where the figures of the cells are, below `index_files`.
        root: the project's folder, where all other images are.

    Returns:
        The article, and the file of each image by the path that the article names.

    Raises:
        RenderError: a raw piece of the manuscript is no XML.
    """
    from lxml import etree

    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    try:
        tree: Any = etree.parse(str(path), parser)
    except etree.XMLSyntaxError as error:
        raise RenderError(f"the article is no XML, a raw piece of JATS may be broken: {error.msg}") from None
    for group in tree.xpath("//fig[@specific-use='group'] | //table-wrap[@specific-use='group']"):
        group.tag += "-group"
        del group.attrib["specific-use"]
    for wrapper in list(tree.iter("styled-content")):
        formula = wrapper.find("disp-formula")
        if formula is not None and wrapper.get("id", "").startswith("eq-"):
            formula.set("id", wrapper.get("id"))
            formula.tail = wrapper.tail
            wrapper.getparent().replace(wrapper, formula)
    for inner in tree.xpath("//table-wrap/table-wrap[table and not(caption)]"):
        inner.getparent().replace(inner, inner.find("table"))
    for title in list(tree.iter("title")):
        _label(title, etree)
    for title in tree.iter("title"):
        _language(title)
    kinds = {element.get("id"): _KINDS.get(element.tag) for element in tree.iter("*") if element.get("id")}
    for link in tree.iter("xref"):
        if link.get("ref-type") is None and (kind := kinds.get(link.get("rid"))):
            link.set("ref-type", kind)
    images = _images(tree, work, root)
    return etree.tostring(tree, xml_declaration=True, encoding="utf-8"), images


def date_article(path: Path, day: date) -> None:
    """Give a finished article the date of the report, where it has none (`pub-date`, after all who wrote it)."""
    from lxml import etree

    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    tree: Any = etree.parse(str(path), parser)
    head = tree.find("front/article-meta")
    if head is None or head.find("pub-date") is not None:
        return
    made = etree.Element("pub-date", {"date-type": "pub", "iso-8601-date": day.isoformat()})
    for name, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        etree.SubElement(made, name).text = str(number)
    made.tail = "\n"
    before = [child for child in head if child.tag in _BEFORE_DATE]
    head.insert(head.index(before[-1]) + 1 if before else 0, made)
    provenance.write_atomically(path, etree.tostring(tree, xml_declaration=True, encoding="utf-8"))


def _label(title: Any, etree: Any) -> None:
    """A section's number stands in a label of its own, not in the title."""
    first = title.find("named-content")
    if first is None or first.get("content-type") != "header-section-number" or (title.text or "").strip():
        return
    label = etree.Element("label")
    label.text, label.tail = first.text, title.tail
    title.text = (first.tail or "").lstrip()
    title.remove(first)
    title.addprevious(label)


def _language(title: Any) -> None:
    """A section whose title is in another language is in that language as a whole."""
    first = title.find("styled-content")
    if (
        first is not None
        and first.get(_LANG)
        and title.getparent().tag == "sec"
        and not (title.text or "").strip()
    ):
        title.getparent().set(_LANG, first.get(_LANG))


def _images(tree: Any, work: Path, root: Path) -> dict[str, Path]:
    """Name every image by its place beside the article; return where each is now."""
    images = {}
    for graphic in tree.iter("graphic", "inline-graphic"):
        stated = graphic.get(_HREF, "")
        if re.match(r"[a-z]+:", stated):
            continue
        inside = stated if stated.startswith(f"{FIGURES}/") else f"{FIGURES}/{stated}"
        graphic.set(_HREF, inside)
        images[inside] = work / stated if (work / stated).exists() else root / stated
    return images
