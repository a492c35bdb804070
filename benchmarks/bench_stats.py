"""Exact tests in milliseconds, and correlation and model of repeated measures against pingouin and statsmodels.

Everything runs in one process, ours and the peer in turns; the best time of each counts, imports left out. Equal
answers are asserted before they are timed.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import numpy as np

from benchmarks import Row
from poems_report import stats

ROUNDS = 3
SAME = 1e-10
PATIENTS, VISITS = 100_000, 10
# pingouin's rm_corr gives every patient a column of a dense table and asks for 75 GiB for 100,000 of them. 3 GiB
# would hold some 2,900, which take minutes a call; it is given fewer. At 100,000 pingouin's plain correlation, of
# deviations that pandas makes, stands beside.
PEER_PATIENTS = 500
MODEL_PATIENTS = 200


def run() -> list[Row]:
    rng = np.random.default_rng(1)
    tied = np.round(rng.normal(0.3, 1, 50), 1)
    many = np.round(rng.normal(0.1, 1, 200), 1)
    pairs = rng.integers(0, 8, (2, 10))
    exact = [
        Row(
            "signed rank, 50 differences with ties, against 5 ms",
            best(lambda: stats.signed_rank(tied)),
            5e-3,
            1,
        ),
        Row(
            "signed rank, 200 differences with ties, against 20 ms",
            best(lambda: stats.signed_rank(many)),
            2e-2,
            1,
        ),
        Row(
            "Spearman, all orders of 10 pairs with ties, against 1 s",
            best(lambda: stats.spearman(*pairs)),
            1,
            1,
        ),
        Row(
            "power of 8 differences, 10,000 studies, against 0.1 s",
            best(lambda: stats.signed_rank_power(8, 1.0)),
            0.1,
            1,
        ),
    ]
    return [*exact, *correlation(rng), model(rng)]


def correlation(rng: np.random.Generator) -> list[Row]:
    import pandas as pd
    import pingouin

    small, large = visits(rng, PEER_PATIENTS, VISITS), visits(rng, PATIENTS, VISITS)
    table, frame = (
        pd.DataFrame(dict(zip(("patient", "x", "y"), one, strict=True))) for one in (small, large)
    )

    def peer() -> float:
        return float(pingouin.rm_corr(table, x="x", y="y", subject="patient")["r"].iloc[0])

    def by_groups() -> float:
        own = frame.groupby("patient")[["x", "y"]]
        away = frame[["x", "y"]] - own.transform("mean")
        return float(pingouin.corr(away["x"], away["y"])["r"].iloc[0])

    assert abs((stats.rm_corr(*small).r or 0) - peer()) < SAME
    assert abs((stats.rm_corr(*large).r or 0) - by_groups()) < SAME
    difference = abs((stats.rm_corr(*large).r or 0) - by_definition(*large))
    what = "repeated-measures correlation"
    same, other = in_turns(lambda: stats.rm_corr(*small), peer)
    of_all, grouped = in_turns(lambda: stats.rm_corr(*large), by_groups)
    return [
        Row(f"{what}, {PEER_PATIENTS} patients, {VISITS} visits, against pingouin", same, other, 1 / 5),
        Row(f"{what}, {PATIENTS:,} patients, against pingouin's {PEER_PATIENTS}", of_all, other, 1 / 5),
        Row(
            f"{what}, {PATIENTS:,} patients, against pingouin.corr of deviations by pandas",
            of_all,
            grouped,
            None,
        ),
        Row(f"{what}, {PATIENTS:,} patients, away from its definition in 80 bits", difference, SAME, 1, ""),
    ]


def by_definition(subject: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Sum of products of the distances from each patient's mean, over the roots of their sums of squares."""
    starts = np.flatnonzero(np.diff(subject, prepend=-1))
    each = np.diff(np.append(starts, len(subject)))

    def away(values: np.ndarray) -> np.ndarray:
        exact = values.astype(np.longdouble)
        return exact - np.repeat(np.add.reduceat(exact, starts) / each, each)

    dx, dy = away(x), away(y)
    return float((dx * dy).sum() / np.sqrt((dx * dx).sum() * (dy * dy).sum()))


def model(rng: np.random.Generator) -> Row:
    from statsmodels.regression.mixed_linear_model import MixedLM

    subject, x, y = visits(rng, MODEL_PATIENTS, VISITS)
    own = (np.bincount(subject, x) / VISITS)[subject]
    design = np.column_stack([np.ones(len(x)), x - own, own])

    def ours() -> stats.MixedModel:
        return stats.mixed_model(subject, x, y)

    def peer() -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(MixedLM(y, design, groups=subject).fit(reml=True).fe_params[1])

    within = ours().within
    assert within is not None and abs(within.estimate - peer()) < 1e-6
    what = f"mixed model, {MODEL_PATIENTS} patients, {VISITS} visits, against statsmodels"
    return Row(what, *in_turns(ours, peer), 1 / 5)


def visits(rng: np.random.Generator, n: int, each: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    subject = np.repeat(np.arange(n), each)
    x, e = rng.standard_normal((2, n * each))
    level = rng.standard_normal((2, n))
    return subject, x + level[0][subject], 0.4 * x + e + level[1][subject]


def best(call: Callable[[], object], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def in_turns(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float]:
    rounds = [(best(ours, 1), best(peer, 1)) for _ in range(ROUNDS)]
    return min(one[0] for one in rounds), min(one[1] for one in rounds)
