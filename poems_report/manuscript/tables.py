"""HTML tables made by code (great-tables, pandas), reduced to what every format can show."""

from __future__ import annotations

import re
from typing import Any

_KEPT = ("colspan", "rowspan")
_MARKDOWN = "data-qmd"
_INLINE = frozenset({"strong", "b", "em", "i", "sup", "sub", "br", "code", "a", "p", "ul", "ol", "li"})
_TABLE = frozenset({"caption", "table", "thead", "tbody", "tfoot", "tr", "td", "th"})


def plain_tables(html: str) -> str | None:
    """The tables of a piece of HTML without styles, scripts and classes; None if it holds none.

    Kept: rows, cells that span, header and footer, emphasis, links, and the alignment of each cell, which is
    read from the classes `gt_left`, `gt_center`, `gt_right` or from the cell's own style. Marks of footnotes
    become superscript, and a span with `data-qmd` stays for the filter, which reads that attribute as Markdown as
    Quarto does. A header in the body heads its row; one that fills the row is a cell, since it heads none.
    """
    if "<table" not in html:
        return None
    from lxml import etree
    from lxml import html as parser

    root = parser.fragment_fromstring(html, create_parent="div")
    tables = [
        table for table in root.iter("table") if not any(a.tag == "table" for a in table.iterancestors())
    ]
    for table in tables:
        table.tail = None
        _clean(table)
    return "".join(etree.tostring(table, encoding="unicode", method="html") for table in tables)


def without_empty_headers(page: str) -> str:
    """A page whose empty header cells are plain cells: they head nothing, and readers stumble over them."""
    return re.sub(r"<th\b([^>]*)>\s*</th>", r"<td\1></td>", page)


def aligned_by_class(page: str) -> str:
    """A page whose cells are aligned by a class instead of a style of their own, each of which WeasyPrint parses."""
    return re.sub(r'<(t[dh])([^>]*) style="text-align: (left|right|center);"', r'<\1\2 class="cell-\3"', page)


def _clean(table: Any) -> None:
    for element in list(table.iter()):
        if not isinstance(element.tag, str) or element.tag in ("style", "script", "colgroup"):
            element.drop_tree()
            continue
        if element.tag not in _TABLE | _INLINE and not element.get(_MARKDOWN):
            if "gt_footnote_marks" not in element.get("class", ""):
                element.drop_tag()
                continue
            element.tag = "sup"
        kept = {key: element.get(key) for key in _KEPT if (element.get(key) or "1") != "1"}
        if element.get(_MARKDOWN):
            kept[_MARKDOWN] = element.get(_MARKDOWN)
        if element.tag == "a" and element.get("href"):
            kept["href"] = element.get("href")
        align = _alignment(element) if element.tag in ("td", "th") else ""
        if element.tag == "th" and element.getparent().getparent().tag == "tbody":
            if len(element.getparent()) > 1:
                kept["scope"] = "row"
            else:
                element.tag = "td"
        element.attrib.clear()
        element.attrib.update(kept)
        if align:
            element.set("style", f"text-align: {align}")


def _alignment(cell: Any) -> str:
    found = re.search(r"\bgt_(left|center|right)\b", cell.get("class", ""))
    found = found or re.search(r"text-align:\s*(left|center|right)", cell.get("style", ""))
    return found[1] if found else ""
