"""The Word file: rows of tables that stay whole, styles of a journal manuscript."""

from __future__ import annotations

from pathlib import Path

import docx
from docx.enum.style import WD_STYLE_TYPE

from poems_report.manuscript.word import finish_docx
from tests.conftest import ROOT


def test_rows_of_a_table_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    document = docx.Document()
    document.add_table(3, 2)
    document.save(str(path))
    finish_docx(path, {}, "Keywords")
    rows = docx.Document(str(path)).tables[0].rows
    assert [len(row._tr.xpath("w:trPr/w:cantSplit")) for row in rows] == [1, 1, 1]


def test_the_styles_of_the_journal() -> None:
    styles = docx.Document(str(ROOT / "templates" / "report" / "reference.docx")).styles
    sizes = {one.name: one.font.size for one in styles if one.type == WD_STYLE_TYPE.CHARACTER}
    assert "Hyperlink" in sizes
    assert set(sizes.values()) == {None}
    abstract = styles["Abstract"].paragraph_format
    assert (abstract.keep_with_next, abstract.keep_together) == (False, False)
