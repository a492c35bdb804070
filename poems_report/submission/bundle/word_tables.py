"""The tables of the manuscript as Word files of their own, numbered and worded as there."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from poems_report.provenance import clock
from poems_report.submission.bundle.word_reading import WordManuscript, WordTable
from poems_report.submission.office import fixed


class TableFiles:
    """Makes Word files that look like the manuscript and hold one of its tables each.

    Args:
        manuscript: the one for blind review, so that no file names the authors.
    """

    def __init__(self, manuscript: WordManuscript) -> None:
        self._shell = _saved(_emptied(manuscript.document))

    def file(self, table: WordTable, title: str, above: Sequence[str] = ()) -> bytes:
        """One table.

        Args:
            table: the table.
            title: of the file.
            above: stands over the table in the place of its caption: a heading and paragraphs.
        """
        import docx

        document = docx.Document(io.BytesIO(self._shell))
        for number, text in enumerate(above):
            document.add_paragraph(text, style="Body Text" if number else "Title")
        end = document.element.body.sectPr
        for part in table.parts[1:] if above else table.parts:
            copied = deepcopy(part)
            _unlink(copied)
            end.addprevious(copied)
        document.core_properties.title = title
        return fixed(_saved(document))


def _emptied(document: Any) -> Any:
    """The document with its styles, head and foot, and without its text, pictures and line numbers."""
    import docx
    from docx.oxml.ns import qn

    copied = docx.Document(io.BytesIO(_saved(document)))
    body = copied.element.body
    for child in list(body):
        if child is not body.sectPr:
            body.remove(child)
    for numbers in list(body.sectPr.iter(qn("w:lnNumType"))):
        body.sectPr.remove(numbers)
    for name, relation in list(copied.part.rels.items()):
        if relation.reltype.endswith(("/image", "/hyperlink")):
            del copied.part.rels[name]
    moment = clock().replace(tzinfo=None)
    copied.core_properties.created = copied.core_properties.modified = moment
    return copied


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _unlink(element: Any) -> None:
    """Links lead out of the file: their words stay, the links and labels go."""
    from docx.oxml.ns import qn

    for link in list(element.iter(qn("w:hyperlink"))):
        for child in list(link):
            link.addprevious(child)
        link.getparent().remove(link)
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        for mark in list(element.iter(qn(tag))):
            mark.getparent().remove(mark)
    for style in list(element.iter(qn("w:rStyle"))):
        if style.get(qn("w:val")) == "Hyperlink":
            style.getparent().remove(style)
