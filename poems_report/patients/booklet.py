"""All patients of a board in one PDF: an agenda, then each patient's pages, numbered within the patient and overall.

Each patient is laid out alone, so that heads, feet and page numbers are those of the single page; WeasyPrint then
writes all pages as one document, which keeps tags, links and bookmarks (joining finished files would lose them).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report.analysis import Results
from poems_report.collection import collected_between
from poems_report.errors import DocumentError, UsageError
from poems_report.patients.agenda import Agenda, Place, agenda_html, agenda_of
from poems_report.patients.batch import TIME_LIMIT, BatchReport, chosen_of
from poems_report.patients.context import context_of
from poems_report.patients.encryption import encrypted
from poems_report.patients.job import FAILED, MADE, PatientOutcome, time_limit, told
from poems_report.patients.pdf import laid_out, written
from poems_report.patients.record import records_of
from poems_report.patients.render import html_of
from poems_report.patients.since import Since
from poems_report.patients.state import check_writable
from poems_report.patients.variants import UA, Finish
from poems_report.patients.view import view_of
from poems_report.provenance import clock, write_atomically
from poems_report.study import Study

if TYPE_CHECKING:
    from weasyprint import Document

BOOKLET = "board.booklet.pdf"
"""Name of the file: no patient's id has a dot in it."""

_OWN_STYLE = """
@page {{
  counter-increment: booklet;
  @bottom-right {{
    content:
      string(before) counter(page) string(between) counter(pages) string(after)
      " · {before}" counter(booklet) "{after}";
  }}
}}
@page :first {{ counter-reset: booklet {ahead} }}
body {{ -weasy-anchor: {anchor} }}
h1 {{ bookmark-state: closed }}
"""


def render_booklet(
    study: Study,
    results: Results,
    output: Path,
    *,
    patients: Sequence[str] | None = None,
    language: str = "en",
    since: Since | None = None,
    finish: Finish | None = None,
    limit: float | None = TIME_LIMIT,
    progress: Callable[[PatientOutcome], None] | None = None,
) -> BatchReport:
    """One PDF of all or chosen patients in the order of the study, `board.booklet.pdf` in `output`.

    A patient whose pages cannot be made stands in the agenda as such, and the report names why.

    Args:
        study: the study.
        results: its results.
        output: the folder to write to; made where it is missing.
        patients: identifiers, all where None.
        language: as `labels.LANGUAGES` has it.
        since: what the board knew when it last met, as `since_of` has it.
        finish: a password, as `finish_of` has it; a booklet is PDF/UA-1 in any case.
        limit: seconds that one patient's pages may take; None for any number.
        progress: called once a patient.

    Raises:
        UsageError: an unknown identifier or language, or another variant than PDF/UA-1.
        DocumentError: the folder cannot be written to, or no patient's pages could be made.
    """
    finish = finish or Finish()
    if finish.variant != UA:
        raise UsageError(f"a booklet is PDF/UA-1: there is no variant {finish.variant.name} of it")
    chosen = chosen_of(study, patients)
    check_writable(output)
    context, records, made = (
        context_of(study, results, language, since),
        records_of(study),
        clock(study.folder),
    )
    places = [Place(name, None) for name in chosen]
    ahead = len(_agenda(agenda_of(places, context), made).pages)
    documents: list[Document] = []
    outcomes: list[PatientOutcome] = []
    for order, name in enumerate(chosen):
        try:
            with time_limit(limit), collected_between():
                view = view_of(records[name], results.patients[name], context)
                style = _own_style(ahead, name, context.words["patient.booklet.number"])
                document = laid_out(html_of(view, made), extra_style=style)
        except Exception as error:
            outcome = PatientOutcome(name, output / BOOKLET, FAILED, told(error))
        else:
            outcome = PatientOutcome(name, output / BOOKLET, MADE)
            places[order] = Place(name, view, ahead + 1)
            documents.append(document)
            ahead += len(document.pages)
        outcomes.append(outcome)
        if progress:
            progress(outcome)
    if not documents:
        raise DocumentError("\n".join(f"patient {one.patient_id}: {one.message}" for one in outcomes))
    agenda = _agenda(agenda_of(places, context), made)
    pages = [page for document in (agenda, *documents) for page in document.pages]
    content = written(agenda.copy(pages), running=False)
    if finish.password:
        content = encrypted(content, finish.password, form=False)
    write_atomically(output / BOOKLET, content)
    return BatchReport(tuple(outcomes))


def _agenda(agenda: Agenda, made: datetime) -> Document:
    return laid_out(agenda_html(agenda, made))


def _own_style(ahead: int, patient_id: str, number: str) -> str:
    """Page numbers overall, a name to link to, and bookmarks folded to one a patient."""
    before, after = (_quoted(part) for part in number.split("{page}"))
    return _OWN_STYLE.format(ahead=ahead, anchor=f'"{patient_id}"', before=before, after=after)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
