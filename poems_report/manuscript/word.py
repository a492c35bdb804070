"""What a journal needs in the Word file and neither engine writes: affiliations, keywords, the running head."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from poems_report import provenance

BODY = ("Heading 1", "Heading 2")


def finish_docx(path: Path, block: Mapping[str, Any], keywords_label: str) -> None:
    """Add the authors' affiliations, the keywords and a running head to a finished Word file.

    The running head is the subtitle of the document itself, so that it carries version and provenance on every
    page. The file's bytes depend on its content and SOURCE_DATE_EPOCH only.

    Args:
        path: the file, replaced in place.
        block: the title block as `manuscript.title.title_block` gives it.
        keywords_label: the word before the keywords.
    """
    import docx

    document = docx.Document(str(path))
    paragraphs = document.paragraphs
    subtitle = next((one.text for one in paragraphs if one.style and one.style.name == "Subtitle"), "")
    authors = [one for one in paragraphs if one.style and one.style.name == "Author"]
    body = next((one for one in paragraphs if one.style and one.style.name in BODY), None)
    if authors:
        for line in reversed(_affiliations(block)):
            authors[-1]._p.addnext(_paragraph(document, line, "Author"))
    if body is not None and block.get("keywords"):
        text = f"{keywords_label}: {', '.join(map(str, block['keywords']))}"
        body._p.addprevious(_paragraph(document, text, "Body Text"))
    for section in document.sections:
        section.header.paragraphs[0].text = subtitle
    out = io.BytesIO()
    document.save(out)
    provenance.write_atomically(path, _dated(out.getvalue()))


def _affiliations(block: Mapping[str, Any]) -> Sequence[str]:
    places = (place for author in block.get("author", ()) for place in author.get("affiliations", ()))
    return list(dict.fromkeys(str(place["name"]) for place in places))


def _paragraph(document: Any, text: str, style: str) -> Any:
    """A paragraph made at the end of the document; the caller moves it to its place."""
    return document.add_paragraph(text, style=style)._p


def _dated(content: bytes) -> bytes:
    """The same archive with every entry dated SOURCE_DATE_EPOCH."""
    moment = time.gmtime(max(provenance.source_date_epoch(), 315_532_800))[:6]
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fixed,
    ):
        for name in made.namelist():
            fixed.writestr(zipfile.ZipInfo(name, moment), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
