"""Tables of the Word file: as wide as the text, columns as wide as their words want, set small and single spaced.

Pandoc leaves the widths to Word, which other programs answer with equal, narrow columns.
"""

from __future__ import annotations

import re
from typing import Any

STYLE = "Table Text"
_EMU_PER_TWIP = 635
_SPARE = 3
_BREAK = re.compile(r" |(?<=[^\W\d]-)")
_TWIPS_PER_CHARACTER = 84
"""Of the small text, on average; a little less than Times New Roman 9 needs, as columns are seldom full."""


def shape_tables(document: Any) -> None:
    """Give every table its widths and its style of text; no row breaks between pages.

    Args:
        document: the open file (`docx.Document`), changed in place.
    """
    from docx.oxml.ns import qn

    section = document.sections[0]
    width = (section.page_width - section.left_margin - section.right_margin) // _EMU_PER_TWIP
    small = next((one for one in document.styles if one.name == STYLE), None)
    for table in document.tables:
        _set_widths(table, column_widths(_texts(table), width))
        if small is not None:
            for paragraph in table._tbl.iter(qn("w:p")):
                paragraph.style = (
                    small.style_id
                )  # of the element: the paragraph's own setter reads all styles


def column_widths(rows: list[list[str]], width: int) -> list[int]:
    """Widths of columns that make a table low.

    Every column first gets its longest word, a hyphen ending one as a space does; a space that does not break is part
    of a word. Each further character
    goes to the column that then takes the most from the sum of the rows' heights, a row being as high as its fullest
    cell.

    Args:
        rows: the texts of each row's cells, one a column; empty where a cell says nothing of its column alone.
        width: of the whole, in twips.

    Returns:
        the width of each column, in twips; their sum is `width`.
    """
    share = [
        max((len(word) for text in column for word in _BREAK.split(text)), default=1) + _SPARE
        for column in zip(*rows, strict=True)
    ]
    lengths = [[len(text) for text in row] for row in rows]

    def height(widths: list[int]) -> float:
        return sum(max(n / w for n, w in zip(row, widths, strict=True)) for row in lengths)

    for _ in range(width // _TWIPS_PER_CHARACTER - sum(share)):
        wider = [[w + (n == at) for n, w in enumerate(share)] for at in range(len(share))]
        share = min(wider, key=height)
    edges = [round(width * sum(share[: n + 1]) / sum(share)) for n in range(len(share))]
    return [right - left for left, right in zip([0, *edges], edges, strict=False)]


def _texts(table: Any) -> list[list[str]]:
    """The texts of the cells, row by row; a cell that spans several columns counts as empty."""
    from docx.oxml.ns import qn

    rows = []
    for row in table.rows:
        texts: list[str] = []
        for cell in row._tr.tc_lst:
            text = " ".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in cell.p_lst)
            texts += [text] if cell.grid_span == 1 else [""] * cell.grid_span
        rows.append(texts[: len(table.columns)] + [""] * (len(table.columns) - len(texts)))
    return rows


def _set_widths(table: Any, widths: list[int]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr
    whole = properties.find(qn("w:tblW"))
    if whole is None:
        whole = OxmlElement("w:tblW")
        properties.append(whole)
    whole.set(qn("w:type"), "dxa")
    whole.set(qn("w:w"), str(sum(widths)))
    table.autofit = False
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.set(qn("w:w"), str(width))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        at = 0
        for cell in row._tr.tc_lst:
            span = cell.grid_span
            cell.width = sum(widths[at : at + span]) * _EMU_PER_TWIP
            at += span
