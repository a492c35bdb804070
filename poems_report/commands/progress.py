"""What a terminal shows of a long run: how many a second, how long still, how many failed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(what: str, total: int, quiet: bool) -> Iterator[Callable[[bool], None]]:
    """A bar on a terminal, nothing elsewhere; gives a function to call once a step with whether it went well."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failures]}"),
    )
    failed = 0
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total, rate="", failures="")

        def step(well: bool) -> None:
            nonlocal failed
            failed += not well
            speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
            rate = f"{speed:.1f} a second" if speed else ""
            bar.update(task, advance=1, rate=rate, failures=f"{failed} failed" if failed else "")

        yield step
