"""Simulated studies with known truth, briefly: intervals cover it and tests keep their level.

The long version is `python -m benchmarks.coverage`; its table is committed and checked here too.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from scipy import stats as scipy_stats

from benchmarks.coverage import ERRORS, SEED, Study, known_agreement, simulate, studies, verdict
from poems_report.stats import agreement, bootstrap_totals, clopper_pearson
from poems_report.stats.coverage import FILE, Covered, coverage

EVERY = list(studies())
# Intervals of large-sample theory: too narrow in small studies, and each says so in its caution.
APPROXIMATE = {"kappa", "AC1", "BCa bootstrap over patients"}
SURE = [study for study in EVERY if study.what not in APPROXIMATE]


def named(study: Study) -> str:
    return f"{study.what}, {study.truth}, {study.n}"


def committed() -> list[dict[str, Any]]:
    table = json.loads(FILE.read_text(encoding="utf-8"))
    assert (table["seed"], table["errors"]) == (SEED, ERRORS)
    rows: list[dict[str, Any]] = table["rows"]
    return rows


@pytest.mark.parametrize("study", SURE, ids=named)
def test_intervals_cover_and_tests_keep_their_level(study: Study) -> None:
    row = simulate(study, runs=max(50, study.runs // 40))
    assert row.verdict in ("holds", "conservative"), row


def test_the_committed_table_is_of_these_studies_and_only_approximations_fail() -> None:
    rows = committed()
    assert [(row["what"], row["truth"], row["n"], row["runs"]) for row in rows] == [
        (study.what, study.truth, study.n, study.runs) for study in EVERY
    ]
    for row in rows:
        assert row["verdict"] in ("holds", "conservative") or row["what"] in APPROXIMATE, row


def test_the_package_reads_the_committed_table() -> None:
    found = coverage()
    assert (found.seed, found.errors) == (SEED, ERRORS)
    assert [asdict(row) for row in found.rows] == committed()


def test_the_committed_table_is_of_this_code() -> None:
    for study, row in zip(EVERY, committed(), strict=True):
        if (study.truth, study.n) in (("share 0.1", 8), ("t, 2 degrees of freedom", 8)):
            assert asdict(simulate(study)) == row


def test_shares_of_exact_proportions_are_those_of_the_binomial_distribution() -> None:
    for row in committed():
        if row["what"] != "Clopper-Pearson":
            continue
        n, share = row["n"], float(row["truth"].removeprefix("share "))
        ends = [clopper_pearson(k, n) for k in range(n + 1)]
        exact = sum(
            scipy_stats.binom.pmf(k, n, share) for k, (low, high) in enumerate(ends) if low <= share <= high
        )
        assert row["observed"] == pytest.approx(exact, abs=4 * row["error"])


def test_what_falls_short_says_so() -> None:
    short = {(row["what"], row["n"]) for row in committed() if row["verdict"] == "fails"}
    assert ("kappa", 8) in short
    for what, n in short:
        if what == "BCa bootstrap over patients":
            result = bootstrap_totals(range(n), lambda t: t[..., 0], resamples=99)
            assert result.caution == f"few patients ({n}): the interval is likely too narrow"
        elif n < 100:
            pairs = agreement([1, 0] * (n // 2), [1, 0, *[1] * (n - 2)])
            assert pairs.caution == f"few pairs ({n}): the intervals of kappa and AC1 are likely too narrow"
    # From 100 pairs on, what is missing is less than two points in a hundred.
    assert all(row["observed"] > 0.93 for row in committed() if row["n"] == 100)
    assert agreement([1, 0] * 50, [1, 1] * 50).caution is None


def test_coefficients_of_a_known_population() -> None:
    # Cicchetti & Feinstein's way of a table of 40, 10, 10, 40.
    known = known_agreement(0.4, 0.1, 0.1, 0.4)
    assert known == pytest.approx(
        {"observed": 0.8, "kappa": 0.6, "ac1": 0.6, "positive": 0.8, "negative": 0.8}
    )


def test_verdicts() -> None:
    interval = Study("a", "b", 8, "interval", 0.95, 100, lambda rng: True)
    test = Study("a", "b", 8, "test", 0.05, 100, lambda rng: None)
    assert [verdict(interval, share, 0.01) for share in (0.91, 0.93, 0.97, 0.99)] == [
        "fails",
        "holds",
        "holds",
        "conservative",
    ]
    assert [verdict(test, share, 0.01) for share in (0.01, 0.03, 0.07, 0.09)] == [
        "conservative",
        "holds",
        "holds",
        "fails",
    ]
    nothing = simulate(test, runs=3)
    assert nothing == Covered("a", "b", 8, "test", 0.05, None, None, 3, 3, "not estimable")
