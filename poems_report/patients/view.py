"""From a study and its results to one patient's page: every decision, no drawing and no PDF."""

from __future__ import annotations

from dataclasses import replace

from poems_report.analysis import PatientResult, Results
from poems_report.errors import UsageError
from poems_report.patients.context import Context, context_of
from poems_report.patients.domains import response_section
from poems_report.patients.identity import diagnosis, findings, header, question, status, timeline
from poems_report.patients.limits import limits
from poems_report.patients.model import Board, Entry, PatientView, Running
from poems_report.patients.news import news
from poems_report.patients.panel import panel
from poems_report.patients.place import place
from poems_report.patients.record import Record, records_of
from poems_report.patients.since import Since
from poems_report.patients.spacing import spacing_of
from poems_report.study import Study

PROGRAM = "POEMS Report"
_BOARD_ROWS = (
    ("recommendation",),
    ("owner", "deadline"),
    ("dissent", "attendees"),
    ("presenter", "board_date"),
)


def patient_view(
    study: Study, results: Results, patient_id: str, language: str = "en", since: Since | None = None
) -> PatientView:
    """The page of one patient.

    Raises:
        UsageError: the study has no such patient, or there is no catalogue of this language.
    """
    records = records_of(study)
    if patient_id not in records:
        raise UsageError(f"unknown patient {patient_id}; known: {', '.join(records)}")
    context = context_of(study, results, language, since)
    return view_of(records[patient_id], results.patients[patient_id], context)


def view_of(record: Record, result: PatientResult, context: Context) -> PatientView:
    """The page of one patient from rows already at hand."""
    words = context.words
    view = PatientView(
        language=words.language,
        title=words.text("patient.document_title", patient=record.patient_id),
        author=PROGRAM,
        running=running(words.text("patient.running", patient=record.patient_id), context),
        spacing="even",
        header=header(record, result, context),
        question=question(record, context),
        diagnosis=diagnosis(record, context),
        status=status(record, context),
        timeline=timeline(record, context),
        response=response_section(record, result, context),
        panel=panel(record, result, context),
        findings=findings(record, context),
        place=place(result, context),
        new=news(record, result, context),
        limits=limits(record, context),
        board=_board(context),
    )
    return replace(view, spacing=spacing_of(view))


def running(head: str, context: Context) -> Running:
    """What stands in the margins of every page, below a head of its own."""
    words = context.words
    before, rest = words["common.page_of"].split("{page}")
    between, after = rest.split("{pages}")
    notices = ("illustrative", "research_use") if context.illustrative else ("research_use",)
    return Running(
        patient=head,
        notice=" · ".join(words[f"notice.{name}"] for name in notices),
        decision_support=words["notice.decision_support"],
        versions=words.text(
            "patient.versions", program=PROGRAM, version=context.program_version, data=context.data_version
        ),
        page=(before, between, after),
    )


def _board(context: Context) -> Board:
    words = context.words
    rows = tuple(tuple(Entry(key, words[f"patient.board.{key}"]) for key in row) for row in _BOARD_ROWS)
    return Board(words["patient.heading.board"], rows)
