"""BCa bootstrap against scipy's, and its rules about patients."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from scipy import stats

from poems_report.stats import bootstrap_rows, bootstrap_totals


def mean_of_totals(totals: np.ndarray) -> np.ndarray:
    return totals[..., 0] / totals[..., 1]


@pytest.fixture(scope="module")
def skewed() -> np.ndarray:
    return np.exp(np.random.default_rng(2).normal(size=30))


def test_intervals_are_scipys_within_monte_carlo_error(skewed: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    expected = stats.bootstrap((skewed,), np.mean, n_resamples=40_000, rng=rng)
    sums = np.column_stack([skewed, np.ones(30)])
    by_totals = bootstrap_totals(sums, mean_of_totals, resamples=40_000)
    by_rows = bootstrap_rows(range(30), lambda rows: float(skewed[rows].mean()), resamples=6_000)
    for result, room in ((by_totals, 0.04), (by_rows, 0.1)):
        assert result.estimate == pytest.approx(skewed.mean())
        assert result.ci_low == pytest.approx(expected.confidence_interval.low, abs=room)
        assert result.ci_high == pytest.approx(expected.confidence_interval.high, abs=room)
        assert result.se == pytest.approx(expected.standard_error, rel=0.05)
        assert (result.n, result.failed, result.reason, result.caution) == (30, 0, None, None)
    # The BCa interval of a skewed mean reaches further up than down.
    assert by_totals.ci_high - skewed.mean() > skewed.mean() - by_totals.ci_low


def test_level_is_the_one_asked_for(skewed: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    expected = stats.bootstrap((skewed,), np.mean, n_resamples=20_000, confidence_level=0.8, rng=rng)
    sums = np.column_stack([skewed, np.ones(30)])
    result = bootstrap_totals(sums, mean_of_totals, level=0.8, resamples=20_000)
    assert (result.ci_low, result.ci_high) == pytest.approx(tuple(expected.confidence_interval), abs=0.04)
    assert result.level == 0.8


def test_whole_patients_are_drawn() -> None:
    subject = np.repeat(["a", "b", "c", "d"], 5)
    value = np.repeat([1.0, 2.0, 3.0, 4.0], 5)
    drawn: list[np.ndarray] = []

    def statistic(rows: np.ndarray) -> float:
        drawn.append(rows)
        return float(value[rows].mean())

    result = bootstrap_rows(subject, statistic, resamples=50)
    assert result.n == 4
    for rows in drawn:
        counts = np.bincount(rows, minlength=20).reshape(4, 5)
        assert (counts == counts[:, :1]).all()
    assert len(drawn) == 1 + 50 + 4


def test_visits_without_a_patient_are_left_out() -> None:
    seen = set()

    def statistic(rows: np.ndarray) -> float:
        seen.update(rows.tolist())
        return float(rows.mean())

    assert bootstrap_rows(["a", None, "b", nan, "c"], statistic, resamples=40).n == 3
    assert seen == {0, 2, 4}


def test_sums_may_be_one_number_a_patient() -> None:
    flat = bootstrap_totals([1.0, 2.0, 4.0, 8.0], lambda totals: totals[..., 0], resamples=200)
    assert flat.estimate == 15.0
    assert flat.ci_low is not None


def test_same_seed_same_numbers() -> None:
    sums = np.column_stack([np.arange(8.0) ** 2, np.ones(8)])
    first = bootstrap_totals(sums, mean_of_totals, resamples=500, seed=4)
    assert first == bootstrap_totals(sums, mean_of_totals, resamples=500, seed=4)
    assert first != bootstrap_totals(sums, mean_of_totals, resamples=500, seed=5)
    assert first.method == "BCa bootstrap over patients (500 resamples, seed 4)"


def test_the_draws_do_not_depend_on_how_they_are_cut_into_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = np.column_stack([np.arange(8.0) ** 2, np.ones(8)])
    whole = bootstrap_totals(sums, mean_of_totals, resamples=100)
    monkeypatch.setattr("poems_report.stats.resampling.CHUNK", 80)
    assert bootstrap_totals(sums, mean_of_totals, resamples=100) == whole


def test_few_patients_and_failed_resamples_are_said() -> None:
    # The share of 2 patients with anything to count, of 8: some resamples hold none of them.
    sums = np.array([[1.0, 1.0], [1.0, 2.0], *([[0.0, 0.0]] * 6)])
    result = bootstrap_totals(sums, mean_of_totals, resamples=2_000)
    assert result.estimate == pytest.approx(2 / 3)
    # None of the two is drawn with chance (6/8)^8 = 0.1.
    assert result.failed == pytest.approx(200, abs=60)
    assert result.caution is not None
    assert result.caution.startswith("few patients (8): the interval is likely too narrow; not estimable in ")


def test_nineteen_patients_are_few_and_twenty_are_not() -> None:
    for patients, few in ((19, True), (20, False)):
        result = bootstrap_totals(np.arange(float(patients)), lambda t: t[..., 0], resamples=100)
        assert (result.caution is not None) == few


def test_what_cannot_be_estimated_says_why() -> None:
    def of(sums: list[list[float]]) -> object:
        return bootstrap_totals(np.array(sums).reshape(-1, 2), mean_of_totals, resamples=50)

    cases = {
        "not estimable: no patient": [],
        "interval not estimable: one patient": [[3.0, 4.0]],
        "interval not estimable: the statistic is the same in every resample": [[1.0, 1.0], [2.0, 2.0]],
        "not estimable: the statistic of the data is undefined": [[0.0, 0.0], [0.0, 0.0]],
        "interval not estimable: the statistic is undefined without one of the patients": [
            [1.0, 2.0],
            [0.0, 0.0],
        ],
    }
    for reason, sums in cases.items():
        result = of(sums)
        assert result.reason == reason  # type: ignore[attr-defined]
        assert result.ci_low is result.ci_high is result.se is None  # type: ignore[attr-defined]
        assert (result.estimate is None) == reason.startswith("not")  # type: ignore[attr-defined]


def test_rows_of_no_patient_and_of_one() -> None:
    assert bootstrap_rows([], lambda rows: 1.0, resamples=9).reason == "not estimable: no patient"
    one = bootstrap_rows(["a", "a"], lambda rows: float(len(rows)), resamples=9)
    assert (one.estimate, one.reason) == (2.0, "interval not estimable: one patient")
    nothing = bootstrap_rows(["a", "b"], lambda rows: None, resamples=9)
    assert nothing.reason == "not estimable: the statistic of the data is undefined"
    assert nothing.caution is None


def test_an_estimate_beyond_its_resamples_has_no_interval() -> None:
    # The number of different patients: a resample holds all of them only if each is drawn once.
    result = bootstrap_rows(range(12), lambda rows: float(len(set(rows.tolist()))), resamples=50)
    assert result.estimate == 12.0
    assert result.reason == "interval not estimable: the estimate lies outside its resamples"


def test_wrong_usage_is_named() -> None:
    with pytest.raises(ValueError, match="sums must be finite numbers"):
        bootstrap_totals([[1.0, nan]], mean_of_totals)
    with pytest.raises(ValueError, match="statistic must return shape"):
        bootstrap_totals([[1.0, 2.0], [2.0, 1.0]], lambda totals: totals)
    with pytest.raises(ValueError, match="resamples"):
        bootstrap_totals([1.0, 2.0], mean_of_totals, resamples=0)
    with pytest.raises(ValueError, match="level"):
        bootstrap_rows([1, 2], lambda rows: 1.0, level=2)
    with pytest.raises(ValueError, match="resamples"):
        bootstrap_rows([1, 2], lambda rows: 1.0, resamples=0)


@pytest.mark.parametrize("size", [2.0**-1000, 2.0**-500, 2.0**500, 2.0**1000])
def test_the_size_of_values_does_not_matter_to_the_interval(size):
    sums = np.array([3.0, 8.0, 1.0, 7.0, 4.0, 4.0])
    one, other = (
        bootstrap_totals(sums * by, lambda totals: totals[..., 0], resamples=199) for by in (1.0, size)
    )
    for name in ("estimate", "ci_low", "ci_high", "se"):
        assert getattr(other, name) == pytest.approx(getattr(one, name) * size, rel=1e-12)
