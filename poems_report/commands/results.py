"""What `analyse` shows on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poems_report.analysis import Results

WIDTH = 140


def print_results(results: Results) -> None:
    """Every result in one table, each p value with floor and test, then the claims."""
    from rich.console import Console
    from rich.table import Column, Table

    from poems_report import formats
    from poems_report.labels import labels
    from poems_report.wording import p_cell_with_test

    console, words = Console(), labels()
    if not console.is_terminal:
        console.width = WIDTH
    table = Table(
        Column("result", overflow="fold"),
        "estimate",
        "interval",
        "p (floor; test)",
        "n",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    for key, one in results.results.items():
        estimate = (
            formats.quantity(one.estimate) if one.estimate is not None else f"not estimable: {one.reason}"
        )
        if one.of is not None and one.estimate is not None:
            estimate = f"{estimate} of {one.of}"
        both = one.ci_low is not None and one.ci_high is not None
        interval = formats.interval(one.ci_low, one.ci_high) if both else ""  # type: ignore[arg-type]
        p = "" if one.p is None else p_cell_with_test(one, words)
        table.add_row(key, estimate, interval, p, "" if one.n is None else str(one.n))
    console.print(table)
    for claim in results.claims:
        console.print(f"{claim.verdict}: {claim.statement}", markup=False, highlight=False)
