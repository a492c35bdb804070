"""One process that gets ready for pages while this one still reads the study; then it makes them, in order.

To load WeasyPrint, fonts and templates takes as long as to read and analyse a study.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import suppress
from itertools import chain, islice
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import IO, TYPE_CHECKING, Any, Self

from poems_report.errors import DocumentError

if TYPE_CHECKING:
    from poems_report.patients.job import Job, PatientOutcome

_AHEAD = 2
"""Pages handed over at a time: the next one is there when one is finished."""

_PATIENCE_S = 5
"""Seconds that a page in the midst of being written has to clear up."""

_READY = "ready"
_ANY_PAGE = (
    '<html lang="en"><title>Page</title><h1>Page</h1><table><tr><th>a<td>1</table><img alt="a" src="'
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E"
    "%3Ctext x='1' y='8'%3Ea%3C/text%3E%3C/svg%3E\">"
)


class Worker:
    """A process that starts at once and ends with the `with` block."""

    def __init__(self) -> None:
        self._process = _started()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind:
            self._process.terminate()
            with suppress(TimeoutExpired):
                self._process.wait(_PATIENCE_S)
        self._end()

    def outcomes(self, planned: Iterator[Job | PatientOutcome]) -> Iterator[PatientOutcome]:
        """Outcomes in the order planned. A process that dies costs the page that it made, and a new one goes on.

        Where no process gets ready, the pages are made in this one, which then says what is wrong.
        """
        from poems_report.patients.job import Job
        from poems_report.patients.pool import in_turn

        rest = chain(list(islice(planned, _AHEAD)), planned)
        while self._received() == _READY:
            left = yield from self._until_it_dies(rest)
            if not left:
                return
            if isinstance(left[0], Job):
                yield left[0].failed(DocumentError("the process that made the page died"))
            rest = chain(left[1:], rest)
            self._end()
            self._process = _started()
        yield from in_turn(rest)

    def _until_it_dies(
        self, planned: Iterator[Job | PatientOutcome]
    ) -> Generator[PatientOutcome, None, list[Job | PatientOutcome]]:
        """Outcomes; returns what was under way when the process died, the page that it made first, or nothing."""
        from poems_report.patients.job import Job

        sent = self._sent(planned)
        under_way = deque(islice(sent, _AHEAD))
        while under_way:
            one = under_way[0]
            outcome = self._received() if isinstance(one, Job) else one
            if outcome is None:
                return list(under_way)
            under_way.popleft()
            under_way.extend(islice(sent, 1))
            yield outcome
        return []

    def _sent(self, planned: Iterator[Job | PatientOutcome]) -> Iterator[Job | PatientOutcome]:
        from poems_report.patients.job import Job

        for one in planned:
            if isinstance(one, Job):
                # That the process died shows when its answer is read.
                with suppress(OSError):
                    _write(one, self._process.stdin)
            yield one

    def _received(self) -> Any:
        """What the process says next; None where it died."""
        try:
            return pickle.load(self._process.stdout)  # type: ignore[arg-type]  # noqa: S301
        except (EOFError, pickle.UnpicklingError):
            return None

    def _end(self) -> None:
        self._process.kill()
        with suppress(OSError):
            self._process.communicate()


def _started() -> Popen[bytes]:
    """A process with the same modules, which no signal of the terminal reaches."""
    command = [sys.executable, "-P", "-c", f"from {__name__} import serve; serve()"]
    places = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return Popen(
        command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=os.environ | places, start_new_session=True
    )


def _write(message: object, pipe: IO[bytes] | None) -> None:
    if pipe:
        pickle.dump(message, pipe)
        pipe.flush()


def serve() -> None:
    """What the process does: say that it is ready, then answer every job with its outcome."""
    from poems_report.patients.job import make_page

    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    # Whatever prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _get_ready()
    _write(_READY, answers)
    with suppress(EOFError):
        while True:
            _write(make_page(pickle.load(sys.stdin.buffer)), answers)  # noqa: S301


def _get_ready() -> None:
    """Load and make once what every page needs."""
    from poems_report.patients.pdf import write_pdf
    from poems_report.patients.render import environment
    from poems_report.patients.signs import shown

    for name in environment().list_templates(filter_func=lambda name: name.endswith(".j2")):
        environment().get_template(name)
    shown("\N{MINUS SIGN}")
    write_pdf(_ANY_PAGE)
