"""The manuscript and its anonymous version, rendered once each, and what is cut out of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from poems_report.labels import labels
from poems_report.manuscript import render
from poems_report.manuscript.profiles import ANONYMOUS
from poems_report.submission.bundle import pdf_pages
from poems_report.submission.bundle.members import Member
from poems_report.submission.bundle.request import Request
from poems_report.submission.bundle.word_reading import SUPPLEMENT, WordManuscript, read_manuscript
from poems_report.submission.bundle.word_tables import TableFiles
from poems_report.tables.reporting import guidelines

_VERSIONS = "versions"


@dataclass(frozen=True, eq=False)
class Manuscripts:
    """The rendered documents.

    Attributes:
        engine: what rendered them.
        members: manuscript, anonymous version, tables, checklists, supplement.
        word: the Word file from which numbers are read: the anonymous one where there is one.
        pages: of the PDF.
        left: what is missing, one line each.
        article: the JATS article; empty where it was not asked for.
        images: of the article, by the path that it names.
    """

    engine: str
    members: tuple[Member, ...]
    word: WordManuscript
    pages: int
    left: tuple[str, ...]
    article: bytes = b""
    images: dict[str, bytes] = field(default_factory=dict)


def manuscripts(request: Request, folder: Path, title: str, progress: Callable[[str], None]) -> Manuscripts:
    """Render the manuscript for the journal and for blind review.

    Args:
        request: what is asked for.
        folder: an empty folder for what is rendered.
        title: of the study.
        progress: called with a short text at every step.

    Raises:
        RenderError: it could not be rendered; names the chapter and its line where they are known.
        CheckError: a finished document has faults, such as an author's name in the anonymous version.
    """
    left = []
    blind: dict[str, Path] = {}
    if (request.project / f"_quarto-{ANONYMOUS}.yml").is_file():
        _, blind = _rendered(request, folder / ANONYMOUS, ("docx", "pdf"), ANONYMOUS, progress)
    else:
        left.append(labels().text("bundle.missing.anonymous", name=ANONYMOUS))
    formats = ("docx", "pdf", "jats") if request.meca else ("docx", "pdf")
    engine, full = _rendered(request, folder / "full", formats, None, progress)
    source = blind or full
    word = read_manuscript(source["docx"].read_bytes())
    pdf = source["pdf"].read_bytes()
    parts, more = _parts(word, pdf, title)
    article, images = b"", {}
    if "jats" in full:
        article = full["jats"].read_bytes()
        images = _beside(full["jats"])
    return Manuscripts(
        engine=engine,
        members=(
            *(
                Member(f"manuscript/manuscript.{suffix}", full[suffix].read_bytes(), "manuscript")
                for suffix in ("docx", "pdf")
            ),
            *(
                Member(f"manuscript/manuscript-anonymous.{suffix}", path.read_bytes(), "anonymous")
                for suffix, path in blind.items()
            ),
            *parts,
        ),
        word=word,
        pages=pdf_pages.page_count(pdf),
        left=(*left, *more),
        article=article,
        images=images,
    )


def _rendered(
    request: Request,
    folder: Path,
    formats: tuple[str, ...],
    profile: str | None,
    progress: Callable[[str], None],
) -> tuple[str, dict[str, Path]]:
    done = render(
        request.project,
        folder,
        engine=request.engine,
        formats=formats,
        progress=progress,
        strict=True,
        reuse=True,
        profile=profile,
        data=request.data,
    )
    return done.engine, done.files


def _parts(word: WordManuscript, pdf: bytes, title: str) -> tuple[list[Member], list[str]]:
    """Tables, checklists and supplement, and what of them is missing."""
    words = labels()
    files = TableFiles(word)
    found, left = [], []
    named = {table.name: table for table in word.tables}
    for table in word.tables:
        if table.name in guidelines() or table.name == _VERSIONS:
            continue
        place = "supplement/tables" if table.supplement else "tables"
        content = files.file(table, words.text("bundle.tables_title", number=table.number))
        role = "supplement" if table.supplement else "table"
        found.append(Member(f"{place}/Table{table.number}.docx", content, role))
    if not word.tables:
        left.append(words["bundle.missing.tables"])
    for name in guidelines():
        if name not in named:
            left.append(words.text("bundle.missing.checklist", name=name.upper()))
            continue
        heading = words.text("bundle.checklist", name=name.upper())
        above = (heading, title, words["bundle.checklist_note"])
        content = files.file(named[name], heading, above)
        found.append(Member(f"checklists/{name.upper()}.docx", content, "checklist"))
    if not word.has_supplement:
        left.append(words.text("bundle.missing.supplement", name=SUPPLEMENT))
    elif cut := pdf_pages.pages_from(pdf, SUPPLEMENT, words.text("bundle.supplement_of", title=title)):
        found.append(Member("supplement/supplement.pdf", cut, "supplement"))
    else:
        left.append(words["bundle.missing.supplement_pdf"])
    return found, left


def _beside(article: Path) -> dict[str, bytes]:
    """The pictures of an article by the path that it names."""
    from lxml import etree

    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    root = etree.fromstring(article.read_bytes(), parser)
    names = {
        str(graphic.get("{http://www.w3.org/1999/xlink}href"))
        for graphic in root.iter("graphic", "inline-graphic")
    }
    return {
        name: (article.parent / name).read_bytes()
        for name in sorted(names)
        if (article.parent / name).is_file()
    }
