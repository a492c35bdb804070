"""Many patients: one PDF each, what is up to date skipped, one failure isolated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from poems_report.analysis import Results
from poems_report.errors import DocumentError, UsageError
from poems_report.patients.archive import attachments_of
from poems_report.patients.context import Context, context_of
from poems_report.patients.job import FAILED, MADE, UP_TO_DATE, Job, PatientOutcome, told
from poems_report.patients.pool import in_processes, in_turn
from poems_report.patients.record import Record, records_of
from poems_report.patients.since import Since
from poems_report.patients.state import (
    Page,
    check_writable,
    content_hash,
    is_untouched,
    read_state,
    source_hash,
    write_state,
)
from poems_report.patients.variants import Finish
from poems_report.patients.view import view_of
from poems_report.patients.worker import Worker
from poems_report.provenance import clock
from poems_report.study import Study

TIME_LIMIT = 60.0
"""Seconds that one page may take: hundreds of times what a page of a long course takes."""

_NAMED = 20
"""Patients that a message names."""


@dataclass(frozen=True)
class BatchReport:
    """What became of every page, in the order of the study."""

    outcomes: tuple[PatientOutcome, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """The pages that are there and current."""
        return tuple(one.path for one in self.outcomes if one.status != FAILED)

    @property
    def made(self) -> tuple[str, ...]:
        """Patients whose page was made now."""
        return self._with(MADE)

    @property
    def up_to_date(self) -> tuple[str, ...]:
        """Patients whose page was current already."""
        return self._with(UP_TO_DATE)

    @property
    def failed(self) -> tuple[tuple[str, str], ...]:
        """Patients whose page could not be made, and why."""
        return tuple((one.patient_id, one.message) for one in self.outcomes if one.status == FAILED)

    def _with(self, status: str) -> tuple[str, ...]:
        return tuple(one.patient_id for one in self.outcomes if one.status == status)


def render_patients(
    study: Study,
    results: Results,
    output: Path,
    *,
    patients: Sequence[str] | None = None,
    jobs: int = 1,
    force: bool = False,
    language: str = "en",
    since: Since | None = None,
    finish: Finish | None = None,
    limit: float | None = TIME_LIMIT,
    scheduler: str | None = None,
    shared: bool = False,
    worker: Worker | None = None,
    progress: Callable[[PatientOutcome], None] | None = None,
) -> BatchReport:
    """One PDF a patient, `<patient_id>.pdf` in `output`.

    A page is skipped where its content (view, date, templates, fonts, versions) is that of the last run and the
    file is the one that was written then. A page that fails leaves the last good file and stops no other.

    Args:
        study: the study.
        results: its results.
        output: the folder to write to; made where it is missing.
        patients: identifiers to make, all where None; order and repetition do not matter.
        jobs: how many processes to use.
        force: make pages that are up to date as well.
        language: of every word, number and of the document, as `labels.LANGUAGES` has it.
        since: what the board knew when it last met, as `since_of` has it; new values are marked.
        finish: variant and password, as `finish_of` has them; PDF/UA-1 without a password where None.
        limit: seconds that one page may take, None for any number; a page that takes longer is a failure.
        scheduler: address of a Dask scheduler whose workers make the pages, instead of processes here.
        shared: whether those workers write to `output` themselves; else they hand the pages back.
        worker: a process that is there already to make the pages, instead of this one.
        progress: called once a patient, in the order of the study.

    Raises:
        UsageError: an unknown identifier or language, or fewer than one job.
        DocumentError: the folder cannot be written to, or no scheduler or no worker answers.
    """
    chosen = chosen_of(study, patients)
    if jobs < 1:
        raise UsageError(f"{jobs} jobs: at least 1 is needed")
    before = read_state(output)
    state = dict(before)
    context = context_of(study, results, language, since)
    check_writable(output)
    planned = _planned(
        study, context, results, output, chosen, {} if force else state, finish or Finish(), limit
    )
    outcomes: list[PatientOutcome] = []
    try:
        for outcome in _run(planned, jobs, scheduler, shared, worker):
            outcomes.append(outcome)
            if outcome.page:
                state[outcome.patient_id] = outcome.page
            if progress:
                progress(outcome)
    finally:
        if state != before:
            _keep(output, state, outcomes)
    return BatchReport(tuple(outcomes))


def _keep(output: Path, state: Mapping[str, Page], outcomes: Sequence[PatientOutcome]) -> None:
    """Write the state. Where pages failed, theirs is the message to read: a full folder takes no state either."""
    try:
        write_state(output, state)
    except DocumentError:
        if not any(one.status == FAILED for one in outcomes):
            raise


def chosen_of(study: Study, patients: Sequence[str] | None) -> tuple[str, ...]:
    """The patients asked for in the order of the study, all where None.

    Raises:
        UsageError: one of them is unknown.
    """
    if patients is None:
        return study.patient_ids
    unknown = [name for name in dict.fromkeys(patients) if name not in study.patient_ids]
    if unknown:
        known, more = study.patient_ids[:_NAMED], len(study.patient_ids) - _NAMED
        rest = f" and {more} more" if more > 0 else ""
        raise UsageError(f"unknown patient {', '.join(unknown)}; known: {', '.join(known)}{rest}")
    wanted = set(patients)
    return tuple(name for name in study.patient_ids if name in wanted)


def _planned(
    study: Study,
    context: Context,
    results: Results,
    output: Path,
    chosen: Sequence[str],
    known: Mapping[str, Page],
    finish: Finish,
    limit: float | None,
) -> Iterator[Job | PatientOutcome]:
    """For each patient a page to make, or the outcome where there is nothing to make or no view of it."""
    made = clock(study.folder)
    source = source_hash(study, context, made, finish)
    records: Mapping[str, Record] | None = None
    for name in chosen:
        path, page = output / f"{name}.pdf", known.get(name)
        untouched = page is not None and is_untouched(path, page)
        if page and untouched and page.source == source:
            yield PatientOutcome(name, path, UP_TO_DATE, page=page)
            continue
        records = records or records_of(study)
        try:
            view = view_of(records[name], results.patients[name], context)
            attached = attachments_of(records[name], context, made) if finish.variant.attached else ()
            content = content_hash(view, made, finish, attached)
        except Exception as error:
            yield PatientOutcome(name, path, FAILED, told(error))
            continue
        if page and untouched and page.content == content:
            yield PatientOutcome(name, path, UP_TO_DATE, page=replace(page, source=source))
        else:
            yield Job(name, path, view, made, finish, attached, Page(content, source), limit)


def _run(
    planned: Iterator[Job | PatientOutcome],
    jobs: int,
    scheduler: str | None,
    shared: bool,
    worker: Worker | None,
) -> Iterator[PatientOutcome]:
    """Outcomes in the order planned."""
    if scheduler:
        from poems_report.patients.cluster import on_cluster

        return on_cluster(planned, scheduler, shared)
    if worker:
        return worker.outcomes(planned)
    return in_turn(planned) if jobs == 1 else in_processes(planned, jobs)
