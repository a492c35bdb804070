"""What simulated studies with known truth say of the intervals and tests of this package.

The numbers were drawn by `benchmarks/coverage.py`, which writes them beside this module.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("coverage.json")


@dataclass(frozen=True)
class Covered:
    """One kind of simulated study.

    Attributes:
        what: the interval or the test.
        truth: what the studies were drawn from.
        n: patients, or pairs.
        kind: "interval" or "test".
        nominal: share of studies in which the interval should cover the truth, or the test may reject it.
        observed: the share in which it did; None if no study had an answer.
        error: Monte-Carlo standard error of a share equal to the nominal one.
        runs: studies drawn.
        not_estimable: studies without an answer, part of no share.
        verdict: "holds"; "conservative" if it covers more or rejects less often than stated; "fails".
    """

    what: str
    truth: str
    n: int
    kind: str
    nominal: float
    observed: float | None
    error: float | None
    runs: int
    not_estimable: int
    verdict: str


@dataclass(frozen=True)
class Coverage:
    """All of them.

    Attributes:
        seed: from which every row draws a seed of its own.
        errors: Monte-Carlo standard errors by which a row may miss and still hold.
        rows: in the order of the file.
    """

    seed: int
    errors: int
    rows: tuple[Covered, ...]


def coverage() -> Coverage:
    """The simulated studies as they were last drawn."""
    table = json.loads(FILE.read_text(encoding="utf-8"))
    return Coverage(table["seed"], table["errors"], tuple(Covered(**row) for row in table["rows"]))
