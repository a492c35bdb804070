"""Pages made in several processes of this machine: outcomes in order, and a process that dies costs its own page."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from itertools import chain

from poems_report.errors import DocumentError
from poems_report.patients.job import Job, PatientOutcome, make_page


def in_turn(planned: Iterable[Job | PatientOutcome]) -> Iterator[PatientOutcome]:
    """Outcomes in the order planned, each page made in this process."""
    for one in planned:
        yield make_page(one) if isinstance(one, Job) else one


def in_processes(planned: Iterator[Job | PatientOutcome], processes: int) -> Iterator[PatientOutcome]:
    """Outcomes in the order planned; processes are started only where several pages are to be made."""
    ahead: list[Job | PatientOutcome] = []
    pages = 0
    for one in planned:
        ahead.append(one)
        pages += isinstance(one, Job)
        if pages == 2:
            break
    else:
        yield from in_turn(ahead)
        return
    rest = chain(ahead, planned)
    while suspects := (yield from _pooled(rest, processes)):
        for one in suspects:
            yield _alone(one) if isinstance(one, Job) else one


def _pooled(
    planned: Iterator[Job | PatientOutcome], processes: int
) -> Generator[PatientOutcome, None, list[Job | PatientOutcome]]:
    """Outcomes until all are made or a process dies; returns what was under way then."""
    from joblib import Parallel, delayed

    under_way: deque[Job | PatientOutcome] = deque()

    def calls() -> Iterator[object]:
        for one in planned:
            under_way.append(one)
            if isinstance(one, Job):
                yield delayed(make_page)(one)

    made = Parallel(n_jobs=processes, backend="loky", return_as="generator", batch_size=1)(calls())
    try:
        for outcome in made:
            while isinstance(passed := under_way.popleft(), PatientOutcome):
                yield passed
            yield outcome
    except BrokenProcessPool:
        return list(under_way)
    yield from (one for one in under_way if isinstance(one, PatientOutcome))
    return []


def _alone(job: Job) -> PatientOutcome:
    """Make a page in a process that makes no other, so that it is known whose page killed a process."""
    from joblib import Parallel, delayed

    try:
        outcome: PatientOutcome = Parallel(n_jobs=2, backend="loky")([delayed(make_page)(job)])[0]
    except BrokenProcessPool:
        return job.failed(DocumentError("the process that made the page died"))
    return outcome
