"""One page of a batch, as a worker makes it: needs a view and neither study, pandas nor scipy."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from poems_report.collection import collected_between
from poems_report.errors import DocumentError, PoemsError
from poems_report.patients.archive import Attached
from poems_report.patients.model import PatientView
from poems_report.patients.state import Page
from poems_report.patients.variants import Finish
from poems_report.provenance import sha256_bytes, write_atomically

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
class Job:
    """A page to make; travels to a worker.

    Attributes:
        made: the date that the page carries.
        page: hashes of what shapes the page; that of the file is still empty.
        limit: seconds that the page may take; None for any number.
    """

    patient_id: str
    path: Path
    view: PatientView
    made: datetime
    finish: Finish
    attached: tuple[Attached, ...]
    page: Page
    limit: float | None

    def failed(self, error: BaseException) -> PatientOutcome:
        """The outcome where the page could not be made."""
        return PatientOutcome(self.patient_id, self.path, FAILED, told(error))


def make_page(job: Job) -> PatientOutcome:
    """Make and write one page. Whatever goes wrong concerns this page alone, so every error becomes its outcome."""
    outcome, content = make_bytes(job)
    return write_page(outcome, content) if content else outcome


def make_bytes(job: Job) -> tuple[PatientOutcome, bytes]:
    """Make one page and hand it back; no bytes where it failed."""
    from poems_report.patients.pdf import pdf_of

    try:
        with time_limit(job.limit), collected_between():
            content = pdf_of(job.view, job.made, job.finish, job.attached)
    except Exception as error:
        return job.failed(error), b""
    page = Page(job.page.content, job.page.source, sha256_bytes(content))
    return PatientOutcome(job.patient_id, job.path, MADE, page=page), content


def write_page(outcome: PatientOutcome, content: bytes) -> PatientOutcome:
    """Write a finished page where its outcome says; a folder that is full or locked is the page's failure."""
    try:
        write_atomically(outcome.path, content)
    except OSError as error:
        return PatientOutcome(outcome.patient_id, outcome.path, FAILED, told(error))
    return outcome


def told(error: BaseException) -> str:
    """An error as the reader of a batch is told of it."""
    if isinstance(error, OSError) and error.strerror:
        return f"could not be written: {error.strerror}"
    return str(error) if isinstance(error, PoemsError) else f"{type(error).__name__}: {error}"


class _TimeIsUp(BaseException):
    """Raised in a thread from outside; no `except Exception` on the way takes it for its own."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """End what runs meanwhile when its time is up, in whatever thread it runs (a signal reaches the main one only).

    Raises:
        DocumentError: it took longer.
    """
    if seconds is None:
        yield
        return
    thread, lock, running = threading.get_ident(), threading.Lock(), [True]

    def strike() -> None:
        with lock:
            if running:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread), ctypes.py_object(_TimeIsUp)
                )

    timer = threading.Timer(seconds, strike)
    timer.daemon = True
    try:
        timer.start()
        try:
            yield
        finally:
            with lock:
                running.clear()
            timer.cancel()
    except _TimeIsUp:
        raise DocumentError(f"the page took longer than {seconds:g} s") from None
