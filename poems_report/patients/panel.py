"""The marker panel: chart, values, changes, concordance, and the notes that must stand beside them."""

from __future__ import annotations

from poems_report import formats, theme
from poems_report.analysis import Change, PatientResult, PhasePair
from poems_report.patients.chart import chart_view
from poems_report.patients.confounders import confounders
from poems_report.patients.context import Context
from poems_report.patients.layout import (
    COMPANION,
    LABEL_BESIDE,
    LINES_BESIDE,
    MOST_COMPANIONS_BESIDE,
    MOST_MARKERS_BESIDE,
    MOST_VISITS_BESIDE,
    REMARK_BESIDE,
    VALUES_BESIDE,
)
from poems_report.patients.metrics import width_in_em
from poems_report.patients.model import (
    ChangeGroup,
    ChangeRow,
    ChangeTable,
    ConcordanceRow,
    ConcordanceTable,
    Panel,
    VisitTable,
)
from poems_report.patients.record import Record
from poems_report.patients.values import visit_table
from poems_report.patients.wide_table import parts_of

_KINDS = ("day_after", "nadir", "last")


def panel(record: Record, result: PatientResult, context: Context) -> Panel:
    """Everything about the markers of one patient."""
    words = context.words
    chart = chart_view(record, context.config, words)
    visits = visit_table(record, context)
    return Panel(
        heading=words["patient.heading.panel"],
        chart=chart,
        chart_missing="" if chart else words["patient.chart.missing"],
        visits=visits,
        tables=parts_of(visits, words.language),
        changes=change_table(result, context),
        concordance=concordance_table(result, context),
        notes=_notes(record, result, context),
        beside=_fits_beside(visits),
    )


def _fits_beside(table: VisitTable) -> bool:
    """Whether values and changes side by side stay well below a page, which two columns cannot leave."""
    markers = [one for one in table.markers if one.stroke is not None]
    companions = [
        max(width_in_em(text) for text in (one.label, one.unit)) for one in table.markers[len(markers) :]
    ]
    if len(table.rows) > MOST_VISITS_BESIDE or len(markers) > MOST_MARKERS_BESIDE:
        return False
    if len(companions) > MOST_COMPANIONS_BESIDE or max(companions, default=0) * theme.NOTE_PT > COMPANION:
        return False
    widest = max(width_in_em(one.label, bold=True) for one in markers) * theme.TABLE_PT
    lines = sum(1 + width_in_em(row.remark) * theme.TABLE_PT // REMARK_BESIDE for row in table.rows)
    lines += width_in_em(table.remarks) * theme.NOTE_PT // VALUES_BESIDE
    return widest <= LABEL_BESIDE and lines <= LINES_BESIDE


def change_table(result: PatientResult, context: Context) -> ChangeTable:
    """Changes by kind; the change to the last value is left out where the last value is the lowest."""
    words = context.words
    groups = []
    for kind in _KINDS:
        rows = tuple(
            _change_row(one, context)
            for one in sorted(result.changes, key=lambda change: context.stroke(change.marker))
            if one.kind == kind and not _repeats_nadir(one, result)
        )
        if rows:
            groups.append(ChangeGroup(words[f"patient.change.{kind}"], rows))
    columns = (
        words["patient.change.marker"],
        words["patient.change.span"],
        words["patient.change.percent"],
        words["patient.change.log2"],
    )
    return ChangeTable(columns, tuple(groups), "" if groups else words["patient.change.missing"])


def _repeats_nadir(change: Change, result: PatientResult) -> bool:
    nadir = result.change(change.marker, "nadir")
    return change.kind == "last" and nadir is not None and nadir.to_day == change.to_day


def _change_row(change: Change, context: Context) -> ChangeRow:
    open_ended = change.bound == "?"
    unknown, language = context.words["patient.change.open"], context.words.language
    percent = f"{change.bound}{formats.percent(change.percent, signed=True, language=language)}"
    sign = "+" if change.log2 > 0 else ""
    log2 = f"{change.bound}{sign}{formats.decimals(change.log2, language=language)}"
    return ChangeRow(
        marker=context.label(change.marker),
        span=f"{formats.day_number(change.from_day)} → {formats.day_number(change.to_day)}",
        percent=unknown if open_ended else percent,
        log2=unknown if open_ended else log2,
        stroke=context.stroke(change.marker),
    )


def concordance_table(result: PatientResult, context: Context) -> ConcordanceTable | None:
    """The compared markers by phase; None where the study has one marker."""
    words = context.words
    if context.config.pair is None:
        return None
    columns = (
        words["patient.concordance.phase"],
        words["patient.concordance.raised"],
        words["patient.concordance.verdict"],
    )
    rows = tuple(_concordance_row(one, context) for one in result.pairs)
    return ConcordanceTable(columns, rows, "" if rows else words["concordance.unknown"])


def _concordance_row(pair: PhasePair, context: Context) -> ConcordanceRow:
    words = context.words
    reference, candidate = (context.label(name) for name in context.config.pair or ("", ""))
    raised = [
        name
        for name, state in ((reference, pair.reference_raised), (candidate, pair.candidate_raised))
        if state
    ]
    state = (
        words["patient.concordance.both"]
        if len(raised) > 1
        else words.text("patient.concordance.one", marker=raised[0])
        if raised
        else words["patient.concordance.neither"]
    )
    return ConcordanceRow(
        phase=words[f"patient.phase.{pair.phase}"],
        day=formats.day_number(pair.day),
        state=state,
        verdict=words["concordance.concordant" if pair.concordant else "concordance.discordant"],
    )


def _notes(record: Record, result: PatientResult, context: Context) -> tuple[str, ...]:
    words = context.words
    notes = [words["patient.note.signs"]]
    if context.since:
        notes.append(words["patient.note.new"])
    if any(one.raised is None and one.value is not None for one in record.measurements):
        notes.append(words["patient.note.open"])
    if any(change.bound for change in result.changes):
        notes.append(words["patient.note.bounds"])
    if context.config.pair:
        notes.append(words["patient.note.concordant"])
    notes += confounders(record, result, context)
    notes += [_named(one.label, one.note) for one in context.config.measured.values() if one.note]
    return tuple(notes)


def _named(label: str, note: str) -> str:
    return note if label.casefold() in note.casefold() else f"{label}: {note}"
