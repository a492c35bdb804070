"""Simulated studies with known truth: do the intervals cover it, do the tests keep their level?

`python -m benchmarks.coverage` prints the table and writes it where the package reads it
(`poems_report/stats/coverage.json`). Each row draws
its studies from a seed of its own, so that rows can be added or run alone without changing the others.

An interval holds if it covers the truth in its stated share of studies, or more, but for three Monte-Carlo
standard errors; a test if it rejects a true null hypothesis in at most 5% of studies, but for three. Studies
without an answer (not estimable) are counted apart and are part of neither share.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from math import sqrt
from zlib import crc32

import numpy as np

from poems_report import stats
from poems_report.stats.coverage import FILE, Covered

SEED = 20_170_411
SIZES = (8, 20, 50)
VISITS = 5
ALPHA = 0.05
ERRORS = 3
# Median of the average of two draws from the standard exponential distribution (a gamma distribution).
EXPONENTIAL_PSEUDOMEDIAN = 0.8391734950083303

Draw = Callable[[np.random.Generator], bool | None]


@dataclass(frozen=True)
class Study:
    """One kind of simulated study.

    Attributes:
        what: the interval or the test.
        truth: what the studies are drawn from.
        n: patients, or pairs.
        kind: "interval" or "test".
        nominal: share of studies in which the interval should cover, or the test may reject.
        runs: how many studies.
        draw: one study: whether the interval covers (the test rejects); None if not estimable.
    """

    what: str
    truth: str
    n: int
    kind: str
    nominal: float
    runs: int
    draw: Draw


def simulate(study: Study, runs: int | None = None, seed: int = SEED) -> Covered:
    """Draw the studies of one row."""
    runs = study.runs if runs is None else runs
    rng = np.random.default_rng([seed, crc32(f"{study.what}|{study.truth}|{study.n}".encode())])
    answers = [study.draw(rng) for _ in range(runs)]
    known = [answer for answer in answers if answer is not None]
    observed = sum(known) / len(known) if known else None
    error = sqrt(study.nominal * (1 - study.nominal) / len(known)) if known else None
    return Covered(
        study.what,
        study.truth,
        study.n,
        study.kind,
        study.nominal,
        observed,
        error,
        runs,
        runs - len(known),
        verdict(study, observed, error),
    )


def verdict(study: Study, observed: float | None, error: float | None) -> str:
    if observed is None or error is None:
        return "not estimable"
    better = observed - study.nominal if study.kind == "interval" else study.nominal - observed
    if better < -ERRORS * error:
        return "fails"
    return "conservative" if better > ERRORS * error else "holds"


def covers(low: float | None, high: float | None, truth: float) -> bool | None:
    return None if low is None or high is None else low <= truth <= high


def rejects(p: float | None) -> bool | None:
    return None if p is None else p <= ALPHA


def visits(rng: np.random.Generator, n: int, rho: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two markers that move together by `rho` within patients whose levels differ."""
    subject = np.repeat(np.arange(n), VISITS)
    x, e = rng.standard_normal((2, n * VISITS))
    y = rho * x + sqrt(1 - rho**2) * e
    levels = 2 * rng.standard_normal((2, n))
    return subject, x + levels[0][subject], y + levels[1][subject]


def repeated_measures(n: int) -> Iterator[Study]:
    for rho in (0.0, 0.5, 0.9):

        def interval(rng: np.random.Generator, rho: float = rho) -> bool | None:
            found = stats.rm_corr(*visits(rng, n, rho))
            return covers(found.ci_low, found.ci_high, rho)

        truth = f"r = {rho:g}, {VISITS} visits each"
        yield Study("repeated-measures correlation", truth, n, "interval", 0.95, 4000, interval)

    def test(rng: np.random.Generator) -> bool | None:
        return rejects(stats.rm_corr(*visits(rng, n, 0.0)).p)

    yield Study("repeated-measures correlation", f"r = 0, {VISITS} visits each", n, "test", ALPHA, 4000, test)


def between_patients(n: int) -> Iterator[Study]:
    def test(rng: np.random.Generator) -> bool | None:
        return rejects(stats.between_corr(*visits(rng, n, 0.5), resamples=499).p)

    truth = "no correlation between, r = 0.5 within"
    yield Study("correlation between patients", truth, n, "test", ALPHA, 1500, test)


def mixed(n: int) -> Iterator[Study]:
    for patient_sd in (1.0, 0.0):
        for place, slope in (("within", 0.5), ("between", 0.8)):

            def interval(
                rng: np.random.Generator, sd: float = patient_sd, place: str = place, slope: float = slope
            ) -> bool | None:
                subject = np.repeat(np.arange(n), rng.integers(2, 8, n))
                level = rng.normal(0, 2, n)
                x = level[subject] + rng.standard_normal(len(subject))
                own = (np.bincount(subject, x) / np.bincount(subject))[subject]
                y = 0.5 * (x - own) + 0.8 * own + sd * rng.standard_normal(n)[subject]
                found = getattr(stats.mixed_model(subject, x, y + rng.standard_normal(len(x))), place)
                return None if found is None else covers(found.ci_low, found.ci_high, slope)

            truth = f"2 to 7 visits, patients' own levels vary by {patient_sd:g}"
            yield Study(f"mixed model, slope {place}", truth, n, "interval", 0.95, 2000, interval)


def hodges_lehmann(n: int) -> Iterator[Study]:
    actual = stats.signed_rank(np.arange(1.0, n + 1)).level
    assert actual is not None
    drawn: dict[str, tuple[Callable[[np.random.Generator], np.ndarray], float]] = {
        "normal": (lambda rng: 0.7 + rng.standard_normal(n), 0.7),
        "t, 2 degrees of freedom": (lambda rng: 0.7 + rng.standard_t(2, n), 0.7),
        "normal, rounded to 0.5": (lambda rng: np.round(2 * rng.standard_normal(n)) / 2, 0.0),
        "exponential, not symmetric": (lambda rng: rng.exponential(size=n), EXPONENTIAL_PSEUDOMEDIAN),
    }
    for truth, (sample, centre) in drawn.items():

        def interval(
            rng: np.random.Generator, sample: Callable = sample, centre: float = centre
        ) -> bool | None:
            found = stats.signed_rank(sample(rng))
            return covers(found.ci_low, found.ci_high, centre)

        yield Study("Hodges-Lehmann", truth, n, "interval", actual, 4000, interval)


def signed_rank_level(n: int) -> Iterator[Study]:
    for zeros in ("wilcox", "pratt"):
        for step in (0.0, 0.5):

            def test(rng: np.random.Generator, zeros: str = zeros, step: float = step) -> bool | None:
                d = rng.standard_normal(n)
                return rejects(stats.signed_rank(np.round(d / step) * step if step else d, zeros).p)

            truth = "no change, rounded to 0.5: ties and zeros" if step else "no change"
            yield Study(f"signed rank ({zeros})", truth, n, "test", ALPHA, 4000, test)


def rank_correlations(n: int) -> Iterator[Study]:
    def spearman(rng: np.random.Generator) -> bool | None:
        return rejects(stats.spearman(*rng.standard_normal((2, n)), resamples=499).p)

    def tied(rng: np.random.Generator) -> bool | None:
        return rejects(stats.spearman(*rng.integers(0, 5, (2, n)), resamples=499).p)

    yield Study("Spearman", "independent", n, "test", ALPHA, 1500, spearman)
    yield Study("Spearman", "independent, 5 values: ties", n, "test", ALPHA, 1500, tied)
    for name, low, high in (("below", -0.5, np.inf), ("below and above", -0.5, 1.0)):

        def kendall(rng: np.random.Generator, low: float = low, high: float = high) -> bool | None:
            values = rng.standard_normal((2, n))
            codes = (values > high).astype(int) - (values < low)
            x, y = np.clip(values, low, high)
            return rejects(stats.kendall_tau_b(x, y, *codes, resamples=499).p)

        yield Study("Kendall tau-b", f"independent, censored {name}", n, "test", ALPHA, 1000, kendall)


def proportions(n: int) -> Iterator[Study]:
    ends = [stats.clopper_pearson(k, n) for k in range(n + 1)]
    for share in (0.1, 0.5, 0.8):

        def interval(rng: np.random.Generator, share: float = share) -> bool | None:
            return covers(*ends[rng.binomial(n, share)], share)

        yield Study("Clopper-Pearson", f"share {share:g}", n, "interval", 0.95, 20_000, interval)


def agreements(n: int) -> Iterator[Study]:
    tables = {
        "both positive 40%, both negative 40%": (0.4, 0.1, 0.1, 0.4),
        "both positive 75%, both negative 10%": (0.75, 0.1, 0.05, 0.1),
    }
    for name, shares in tables.items():
        for field, truth in known_agreement(*shares).items():

            def interval(
                rng: np.random.Generator, shares: tuple = shares, field: str = field, truth: float = truth
            ) -> bool | None:
                pair = rng.choice(4, size=n, p=shares)
                ends = getattr(stats.agreement(pair < 2, pair % 2 == 0), f"{field}_ci")
                return None if ends is None else covers(*ends, truth)

            what = {"observed": "observed agreement", "ac1": "AC1", "kappa": "kappa"}.get(
                field, f"{field} agreement"
            )
            yield Study(what, name, n, "interval", 0.95, 2000, interval)


def known_agreement(both: float, first: float, second: float, neither: float) -> dict[str, float]:
    """The coefficients of a population, by their definitions."""
    observed = both + neither
    a, b = both + first, both + second
    chance = a * b + (1 - a) * (1 - b)
    mean = (a + b) / 2
    gwet = 2 * mean * (1 - mean)
    return {
        "observed": observed,
        "kappa": (observed - chance) / (1 - chance),
        "ac1": (observed - gwet) / (1 - gwet),
        "positive": 2 * both / (2 * both + first + second),
        "negative": 2 * neither / (2 * neither + first + second),
    }


def bootstrap(n: int) -> Iterator[Study]:
    def interval(rng: np.random.Generator) -> bool | None:
        own = rng.beta(3, 1, n)
        pairs = rng.integers(2, 6, n)
        sums = np.column_stack([rng.binomial(pairs, own), pairs])
        found = stats.bootstrap_totals(sums, lambda t: t[..., 0] / t[..., 1], resamples=999)
        return covers(found.ci_low, found.ci_high, 0.75)

    truth = "agreement 75%, patients differ, 2 to 5 pairs each"
    yield Study("BCa bootstrap over patients", truth, n, "interval", 0.95, 1000, interval)


FAMILIES = (
    repeated_measures,
    between_patients,
    mixed,
    hodges_lehmann,
    signed_rank_level,
    rank_correlations,
    proportions,
    agreements,
    bootstrap,
)


def studies() -> Iterator[Study]:
    for family in FAMILIES:
        for n in (*SIZES, 100) if family is agreements else SIZES:
            yield from family(n)


def as_json(rows: list[Covered]) -> str:
    table = {
        "schema": 1,
        "seed": SEED,
        "errors": ERRORS,
        "rows": [asdict(row) for row in rows],
    }
    return json.dumps(table, indent=1, allow_nan=False) + "\n"


def told(row: Covered) -> str:
    observed = "" if row.observed is None else f"{row.observed:.1%}"
    apart = f", {row.not_estimable} not estimable" if row.not_estimable else ""
    return (
        f"{row.kind:8} {row.what:30} {row.truth:52} n {row.n:2}  {row.nominal:6.1%} {observed:>6} "
        f"+/- {row.error or 0:.2%} ({row.runs} studies{apart})  {row.verdict}"
    )


def main() -> int:
    start = time.perf_counter()
    rows = []
    for study in studies():
        rows.append(simulate(study))
        print(told(rows[-1]), flush=True)
    FILE.write_text(as_json(rows), encoding="utf-8")
    print(f"seed {SEED}, {len(rows)} rows, {time.perf_counter() - start:.0f} s; written to {FILE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
