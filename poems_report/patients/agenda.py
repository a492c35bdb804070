"""The first page of a booklet: who is discussed, with which question, on which page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from poems_report.patients.context import Context
from poems_report.patients.model import PatientView, Running, Text
from poems_report.patients.render import environment, stamp
from poems_report.patients.view import PROGRAM, running


@dataclass(frozen=True)
class AgendaRow:
    """One patient of the agenda.

    Attributes:
        question: to the board; in its place, not known, that the page could not be made.
        page: number of the first page within the booklet; empty where there is none.
    """

    order: str
    patient_id: str
    question: Text
    page: str


@dataclass(frozen=True)
class Agenda:
    """What the agenda shows, in the order in which it is read."""

    language: str
    title: str
    author: str
    running: Running
    heading: str
    kind: str
    columns: tuple[str, ...]
    rows: tuple[AgendaRow, ...]


@dataclass(frozen=True)
class Place:
    """One patient's place in a booklet.

    Attributes:
        view: what the pages show; None where they could not be made.
        page: number of the first of them within the booklet; 0 where there is none.
    """

    patient_id: str
    view: PatientView | None
    page: int = 0


def agenda_of(places: Sequence[Place], context: Context) -> Agenda:
    """The agenda of a booklet's patients, in their order."""
    words = context.words
    return Agenda(
        language=words.language,
        title=words.text("patient.booklet.document_title", count=len(places)),
        author=PROGRAM,
        running=running(words["patient.booklet.running"], context),
        heading=words["patient.booklet.agenda"],
        kind=words["patient.booklet.kind"],
        columns=tuple(words[f"patient.booklet.{name}"] for name in ("order", "patient", "question", "page")),
        rows=tuple(_row(order, place, context) for order, place in enumerate(places, 1)),
    )


def _row(order: int, place: Place, context: Context) -> AgendaRow:
    missing = Text(context.words["patient.booklet.failed"], known=False)
    return AgendaRow(
        order=str(order),
        patient_id=place.patient_id,
        question=place.view.question.text if place.view else missing,
        page=str(place.page) if place.page else "",
    )


def agenda_html(agenda: Agenda, made: datetime) -> str:
    """The agenda as HTML."""
    return environment().get_template("agenda.html.j2").render(page=agenda, made=stamp(made))
