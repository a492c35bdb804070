"""What a finished Word manuscript holds: its tables with their numbers, how many figures, words and references."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from poems_report.labels import labels

SUPPLEMENT = "sec-supplement"
_CAPTION = re.compile(r"(Table|Figure)\s(\d+)[:.]\s*(.*)", re.DOTALL)


@dataclass(frozen=True, eq=False)
class WordTable:
    """One numbered table of the manuscript.

    Attributes:
        number: as printed.
        name: its label without `tbl-`; empty where it has none.
        caption: without the number.
        supplement: it stands in the supplement or after it.
        parts: the paragraph of the caption and the table, as XML elements of the document.
    """

    number: int
    name: str
    caption: str
    supplement: bool
    parts: tuple[Any, Any]


@dataclass(frozen=True, eq=False)
class WordManuscript:
    """What the cover letter and the summary want to know of the manuscript.

    Attributes:
        document: the open file (`docx.Document`).
        tables: in order.
        figures: of the main text.
        more_figures: of the supplement.
        references: entries of the bibliography.
        abstract_words: as the title page states them; None where it does not.
        main_words: likewise.
        has_supplement: a section has the label `sec-supplement`.
    """

    document: Any
    tables: tuple[WordTable, ...]
    figures: int
    more_figures: int
    references: int
    abstract_words: int | None
    main_words: int | None
    has_supplement: bool


def read_manuscript(content: bytes) -> WordManuscript:
    """Read a finished manuscript, whichever engine made it."""
    import docx

    document = docx.Document(io.BytesIO(content))
    texts = [one.text for one in document.paragraphs]
    figures = [0, 0]
    tables: list[WordTable] = []
    caption: tuple[Any, str, str] | None = None
    name, supplement = "", False
    for kind, element in _walk(document):
        if kind == "label":
            supplement = supplement or element == SUPPLEMENT
            name = element.removeprefix("tbl-") if element.startswith("tbl-") else name
        elif kind == "table" and caption:
            paragraph, number, text = caption
            tables.append(WordTable(int(number), name, text, supplement, (paragraph, element)))
            caption, name = None, ""
        elif kind == "paragraph" and (found := _CAPTION.fullmatch(_text(element))):
            if found[1] == "Figure":
                figures[supplement] += 1
            else:
                caption = (element, found[2], found[3].strip())
    abstract, main = _words(texts)
    return WordManuscript(
        document=document,
        tables=tuple(tables),
        figures=figures[False],
        more_figures=figures[True],
        references=sum(
            one.style is not None and one.style.name == "Bibliography" for one in document.paragraphs
        ),
        abstract_words=abstract,
        main_words=main,
        has_supplement=supplement,
    )


def _walk(document: Any) -> Iterator[tuple[str, Any]]:
    """Labels, paragraphs outside of tables with cells of text, and those tables, in order."""
    from docx.oxml.ns import qn

    inside: set[Any] = set()
    for element in document.element.body.iter(qn("w:bookmarkStart"), qn("w:p"), qn("w:tbl")):
        if element.tag == qn("w:bookmarkStart"):
            yield "label", str(element.get(qn("w:name")))
        elif element in inside:
            continue
        elif element.tag == qn("w:p"):
            yield "paragraph", element
        elif next(element.iterdescendants(qn("w:tbl")), None) is None:
            inside.update(element.iterdescendants(qn("w:p")))
            yield "table", element


def _text(paragraph: Any) -> str:
    from docx.oxml.ns import qn

    return "".join(one.text or "" for one in paragraph.iter(qn("w:t")))


def _words(texts: list[str]) -> tuple[int | None, int | None]:
    """The numbers of words that the title page prints."""
    pattern = re.escape(labels()["title.words"])
    for name in ("abstract", "main"):
        pattern = pattern.replace(re.escape(f"{{{name}}}"), rf"(?P<{name}>\d+)")
    found = next((match for text in texts if (match := re.search(pattern, text))), None)
    return (int(found["abstract"]), int(found["main"])) if found else (None, None)
