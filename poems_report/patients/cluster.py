"""The same batch on a Dask cluster: views go out, pages come back, and a worker that dies loses nothing."""

from __future__ import annotations

import gc
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poems_report.errors import DocumentError
from poems_report.patients.job import MADE, Job, PatientOutcome, make_bytes, make_page, write_page
from poems_report.patients.state import is_untouched, surroundings

if TYPE_CHECKING:
    from distributed import Client, Future

_PATIENCE_S = 15
"""Seconds to wait for a scheduler, for a first worker, and for any worker after the last one died."""
_UNREACHED = "no Dask scheduler answers at {address} within {patience:g} s"
_SCHEMES = ("", "tcp", "tls", "ws", "wss")
_AHEAD = 4
"""Pages sent ahead for each thread of the cluster: enough that none waits, few enough to keep views out of memory."""


@dataclass(frozen=True)
class _Remote:
    """A job and what must be equal where it is done."""

    job: Job
    surroundings: str
    writes: bool


def on_cluster(
    planned: Iterable[Job | PatientOutcome], address: str, shared: bool = False, patience: float = _PATIENCE_S
) -> Iterator[PatientOutcome]:
    """Outcomes in the order planned, each page made by a worker of the cluster.

    Args:
        planned: pages to make, and outcomes that pass through.
        address: of the scheduler, as `tcp://host:8786`.
        shared: whether the workers write the pages themselves, into the folder that they share with this machine.
        patience: seconds to wait for the scheduler and for a worker.

    Raises:
        DocumentError: `distributed` is not installed, no scheduler answers, or there is no worker.
    """
    with _client(address, patience) as client:
        most = _AHEAD * max(1, sum(client.nthreads().values()))
        under_way: deque[tuple[Job, Future] | PatientOutcome] = deque()
        for one in planned:
            if isinstance(one, Job):
                remote = _Remote(one, surroundings(), shared)
                under_way.append((one, client.submit(_make, remote, pure=False)))
            else:
                under_way.append(one)
            if len(under_way) >= most:
                yield _outcome(client, under_way.popleft(), shared, patience)
        while under_way:
            yield _outcome(client, under_way.popleft(), shared, patience)


@contextmanager
def _client(address: str, patience: float) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError as error:
        raise DocumentError("a scheduler needs distributed: pip install 'poems-report[cluster]'") from error
    _reach(address, patience)
    try:
        client = Client(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError):
        client = None
    if client is None:
        # A client that failed must go now: later, in the midst of starting another, its removal waits for itself.
        gc.collect()
        raise DocumentError(_UNREACHED.format(address=address, patience=patience))
    try:
        try:
            client.wait_for_workers(1, timeout=patience)
        except TimeoutError as error:
            raise DocumentError(f"the scheduler at {address} has no worker") from error
        yield client
    finally:
        client.close()


def _reach(address: str, patience: float) -> None:
    """Open a connection and close it, since a client of an address that nobody answers cannot be closed."""
    scheme, _, place = address.rpartition("://")
    host, _, port = place.rpartition(":")
    try:
        if scheme not in _SCHEMES or not host or not port.isdigit():
            raise OSError
        socket.create_connection((host.strip("[]"), int(port)), timeout=patience).close()
    except (OSError, OverflowError):
        raise DocumentError(_UNREACHED.format(address=address, patience=patience)) from None


def _make(remote: _Remote) -> tuple[PatientOutcome, bytes]:
    """Done by a worker, which must draw as this machine does."""
    if surroundings() != remote.surroundings:
        error = DocumentError(
            "the worker has another version of the program, its templates, fonts or WeasyPrint"
        )
        return remote.job.failed(error), b""
    return (make_page(remote.job), b"") if remote.writes else make_bytes(remote.job)


def _outcome(
    client: Client, one: tuple[Job, Future] | PatientOutcome, shared: bool, patience: float
) -> PatientOutcome:
    if isinstance(one, PatientOutcome):
        return one
    job, future = one
    try:
        outcome, content = _result(client, future, patience)
    except DocumentError:
        raise
    except Exception as error:
        return job.failed(error)
    if shared and outcome.page and not is_untouched(outcome.path, outcome.page):
        return job.failed(
            DocumentError("the worker wrote to a folder that it does not share with this machine")
        )
    return outcome if shared or outcome.status != MADE else write_page(outcome, content)


def _result(client: Client, future: Future, patience: float) -> tuple[PatientOutcome, bytes]:
    """Wait for as long as there are workers: what ran on one that died, the scheduler gives to another."""
    while True:
        try:
            found: tuple[PatientOutcome, bytes] = future.result(timeout=patience)
        except TimeoutError:
            if not client.nthreads():
                raise DocumentError(f"no worker is left, nor came one within {patience:g} s") from None
        else:
            return found
