"""Many patients: one PDF each, what is up to date skipped, one failure isolated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from poems_report.analysis import Results
from poems_report.errors import PoemsError, UsageError
from poems_report.patients.archive import Attached, attachments_of
from poems_report.patients.context import Context, context_of
from poems_report.patients.model import PatientView
from poems_report.patients.pdf import pdf_of
from poems_report.patients.record import records_of
from poems_report.patients.state import Page, content_hash, is_current, read_state, write_state
from poems_report.patients.variants import Finish
from poems_report.patients.view import view_of
from poems_report.provenance import clock, sha256_bytes, write_atomically
from poems_report.study import Study

MADE, UP_TO_DATE, FAILED = "made", "up to date", "failed"


@dataclass(frozen=True)
class PatientOutcome:
    """What became of one patient's page.

    Attributes:
        status: `made`, `up to date` or `failed`.
        message: why it failed; empty otherwise.
        page: hashes of the page; None where it failed.
    """

    patient_id: str
    path: Path
    status: str
    message: str = ""
    page: Page | None = None


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


@dataclass(frozen=True)
class _Job:
    """A page to make; travels to a worker."""

    patient_id: str
    path: Path
    view: PatientView
    made: datetime
    content: str
    finish: Finish
    attached: tuple[Attached, ...]


def render_patients(
    study: Study,
    results: Results,
    output: Path,
    *,
    patients: Sequence[str] | None = None,
    jobs: int = 1,
    force: bool = False,
    language: str = "en",
    finish: Finish | None = None,
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
        finish: variant and password, as `finish_of` has them; PDF/UA-1 without a password where None.
        progress: called once a patient, in the order of the study.

    Raises:
        UsageError: an unknown identifier or language, or fewer than one job.
    """
    chosen = _chosen(study, patients)
    if jobs < 1:
        raise UsageError(f"{jobs} jobs: at least 1 is needed")
    state = read_state(output)
    context = context_of(study, results, language)
    planned = _planned(study, context, results, output, chosen, {} if force else state, finish or Finish())
    outcomes: list[PatientOutcome] = []
    try:
        for outcome in _run(planned, jobs):
            outcomes.append(outcome)
            if outcome.page:
                state[outcome.patient_id] = outcome.page
            if progress:
                progress(outcome)
    finally:
        if any(one.status == MADE for one in outcomes):
            write_state(output, state)
    return BatchReport(tuple(outcomes))


def _chosen(study: Study, patients: Sequence[str] | None) -> tuple[str, ...]:
    if patients is None:
        return study.patient_ids
    unknown = [name for name in dict.fromkeys(patients) if name not in study.patient_ids]
    if unknown:
        raise UsageError(f"unknown patient {', '.join(unknown)}; known: {', '.join(study.patient_ids)}")
    wanted = set(patients)
    return tuple(name for name in study.patient_ids if name in wanted)


def _planned(
    study: Study,
    context: Context,
    results: Results,
    output: Path,
    chosen: Sequence[str],
    known: dict[str, Page],
    finish: Finish,
) -> Iterator[_Job | PatientOutcome]:
    """For each patient a page to make, or the outcome where there is nothing to make or no view of it."""
    records, made = records_of(study), clock(study.folder)
    for name in chosen:
        path = output / f"{name}.pdf"
        try:
            view = view_of(records[name], results.patients[name], context)
            attached = attachments_of(records[name], context, made) if finish.variant.attached else ()
            content = content_hash(view, made, finish, attached)
        except Exception as error:
            yield PatientOutcome(name, path, FAILED, _message(error))
            continue
        page = known.get(name)
        if is_current(path, content, page):
            yield PatientOutcome(name, path, UP_TO_DATE, page=page)
        else:
            yield _Job(name, path, view, made, content, finish, attached)


def _run(planned: Iterable[_Job | PatientOutcome], jobs: int) -> Iterator[PatientOutcome]:
    """Outcomes in the order planned; several processes are started only where several pages are to be made."""
    if jobs == 1:
        for one in planned:
            yield _make(one) if isinstance(one, _Job) else one
        return
    everything = list(planned)
    pages = sum(isinstance(one, _Job) for one in everything)
    if pages < 2:
        yield from _run(everything, 1)
        return
    with ProcessPoolExecutor(min(jobs, pages), mp_context=get_context("spawn")) as pool:
        started = [pool.submit(_make, one) if isinstance(one, _Job) else one for one in everything]
        for one, running in zip(everything, started, strict=True):
            yield _result(one, running) if isinstance(running, Future) else running


def _result(job: _Job | PatientOutcome, running: Future[PatientOutcome]) -> PatientOutcome:
    try:
        return running.result()
    except Exception as error:
        return PatientOutcome(job.patient_id, job.path, FAILED, _message(error))


def _make(job: _Job) -> PatientOutcome:
    """Make and write one page. Whatever goes wrong concerns this page alone, so every error becomes its outcome."""
    try:
        content = pdf_of(job.view, job.made, job.finish, job.attached)
        write_atomically(job.path, content)
    except Exception as error:
        return PatientOutcome(job.patient_id, job.path, FAILED, _message(error))
    page = Page(job.content, sha256_bytes(content))
    return PatientOutcome(job.patient_id, job.path, MADE, page=page)


def _message(error: Exception) -> str:
    return str(error) if isinstance(error, PoemsError) else f"{type(error).__name__}: {error}"
