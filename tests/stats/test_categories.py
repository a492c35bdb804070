"""Agreement against published tables, statsmodels and the jackknife."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from poems_report.stats import agreement

Table = list[list[int]]
GWET = [
    [13, 0, 0],
    [0, 20, 7],
    [0, 4, 56],
]  # diagnoses of ectopic, abnormal and normal pregnancy, two abstractors
COHEN = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]  # Cohen 1968, table 1
BALANCED = [[40, 9], [6, 45]]  # Feinstein & Cicchetti 1990
SKEWED = [[80, 10], [5, 5]]


def readings(table: Table, labels: list[object]) -> tuple[list[object], list[object]]:
    cells = [(r, c, count) for r, row in enumerate(table) for c, count in enumerate(row)]
    return (
        [labels[r] for r, _, count in cells for _ in range(count)],
        [labels[c] for _, c, count in cells for _ in range(count)],
    )


def test_abstractors_of_gwet() -> None:
    result = agreement(*readings(GWET, ["ectopic", "intrauterine abnormal", "intrauterine normal"]))
    assert (result.n, result.agreeing) == (100, 89)
    assert result.observed == 0.89
    assert result.kappa == pytest.approx(0.7964094, abs=5e-8)
    assert result.kappa_se == pytest.approx(0.05891072, abs=5e-9)
    assert result.ac1 == pytest.approx(0.8493305, abs=5e-8)
    assert result.ac1_se == pytest.approx(0.04321747, abs=5e-9)
    t = stats.t.ppf(0.975, 99)
    assert result.kappa_ci == pytest.approx(
        (0.7964094 - t * 0.05891072, 0.7964094 + t * 0.05891072), abs=1e-6
    )
    assert result.ac1_ci == pytest.approx((0.8493305 - t * 0.04321747, 0.8493305 + t * 0.04321747), abs=1e-6)
    assert (result.positive, result.negative, result.positive_label) == (None, None, None)
    assert result.table == ((13, 0, 0), (0, 20, 7), (0, 4, 56))
    assert result.reason is None


def test_table_of_cohen() -> None:
    assert agreement(*readings(COHEN, [1, 2, 3])).kappa == pytest.approx(0.491525, abs=5e-7)


@pytest.mark.parametrize("labels", [["pos", "neg"], [True, False], [1, 0], ["+", "-"], ["yes", "no"]])
@pytest.mark.parametrize(
    ("table", "kappa", "ac1", "positive", "negative"),
    [(BALANCED, 0.6995, 0.7007, 0.842, 0.857), (SKEWED, 0.3182, 0.8080, 0.914, 0.400)],
)
def test_paradox_of_feinstein_and_cicchetti(
    table: Table, kappa: float, ac1: float, positive: float, negative: float, labels: list[object]
) -> None:
    result = agreement(*readings(table, labels))
    assert result.observed == 0.85
    assert result.kappa == pytest.approx(kappa, abs=5e-5)
    assert result.ac1 == pytest.approx(ac1, abs=5e-5)
    assert result.positive == pytest.approx(positive, abs=5e-4)
    assert result.negative == pytest.approx(negative, abs=5e-4)
    assert result.positive_label == labels[0]
    turned = agreement(*readings(table, labels), positive=labels[1])
    assert (turned.positive, turned.negative) == (result.negative, result.positive)
    assert (turned.positive_ci, turned.negative_ci) == (result.negative_ci, result.positive_ci)
    assert turned.positive_label == labels[1]


def test_two_of_four_has_the_interval_of_the_abstract() -> None:
    result = agreement([True, True, False, False], [True, False, False, True])
    assert result.observed == 0.5
    assert result.observed_ci == pytest.approx((0.068, 0.932), abs=5e-4)
    assert result.kappa == 0.0
    three = agreement([True, True, False], [True, True, False])
    assert three.observed_ci == pytest.approx((0.292, 1.0), abs=5e-4)


@given(st.lists(st.integers(0, 12), min_size=9, max_size=9))
@settings(max_examples=80, deadline=None)
def test_kappa_equals_statsmodels(cells: list[int]) -> None:
    table = np.array(cells).reshape(3, 3)
    if (table.sum(axis=0) == 0).any() or (table.sum(axis=1) == 0).any():
        return
    result = agreement(*readings(table.tolist(), ["a", "b", "c"]))
    expected = cohens_kappa(table)
    assert result.kappa == pytest.approx(expected.kappa, abs=1e-12)
    assert result.kappa_se == pytest.approx(expected.std_kappa, abs=1e-7)
    assert result.table == tuple(tuple(row) for row in table.tolist())


@pytest.mark.parametrize("table", [BALANCED, SKEWED, GWET])
def test_standard_error_of_ac1_is_near_the_jackknifes(table: Table) -> None:
    first, second = readings(table, list("abc"[: len(table)]))
    labels = sorted(set(first))
    left_out = np.array(
        [
            agreement(first[:i] + first[i + 1 :], second[:i] + second[i + 1 :], categories=labels).ac1
            for i in range(100)
        ]
    )
    jackknife = sqrt(99 / 100 * float(((left_out - left_out.mean()) ** 2).sum()))
    assert agreement(first, second).ac1_se == pytest.approx(jackknife, rel=0.03)


def test_interval_of_positive_agreement_by_its_definition() -> None:
    result = agreement(*readings(SKEWED, [True, False]))
    # 95 pairs have a positive reading, in 80 both are; agreement is 2q / (1 + q) of that share q.
    interval = stats.binomtest(80, 95).proportion_ci(0.95, method="exact")
    assert result.positive_ci == pytest.approx(tuple(2 * q / (1 + q) for q in (interval.low, interval.high)))
    interval = stats.binomtest(5, 20).proportion_ci(0.95, method="exact")
    assert result.negative_ci == pytest.approx(tuple(2 * q / (1 + q) for q in (interval.low, interval.high)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([True, True, True], [True, True, True]),
        ([True, True, True], [True, False, True]),
        ([True, False, True], [False, False, False]),
        (["high", "high"], ["high", "high"]),
    ],
)
def test_kappa_with_a_constant_margin_is_not_estimable(first: list[object], second: list[object]) -> None:
    result = agreement(first, second)
    assert result.kappa is result.kappa_se is result.kappa_ci is None
    assert "kappa not estimable: a reading always gives the same category" in str(result.reason)
    assert result.observed is not None


def test_complete_agreement_on_one_of_two_categories() -> None:
    result = agreement([True] * 4, [True] * 4)
    assert (result.observed, result.ac1, result.positive) == (1.0, 1.0, 1.0)
    assert (result.negative, result.negative_ci, result.ac1_ci) == (None, None, None)
    assert "negative agreement not estimable: no reading is False" in str(result.reason)
    assert "interval not estimable: the standard error is 0" in str(result.reason)


def test_one_category_of_text_needs_the_others_named() -> None:
    alone = agreement(["raised"] * 3, ["raised"] * 3)
    assert alone.ac1 is None
    assert "AC1 not estimable: only one category" in str(alone.reason)
    assert alone.positive is None
    named = agreement(["raised"] * 3, ["raised"] * 3, categories=["normal", "raised"])
    assert (named.ac1, named.positive, named.negative) == (1.0, 1.0, None)
    by_positive = agreement(["normal"] * 3, ["normal"] * 3, positive="raised")
    assert (by_positive.positive, by_positive.negative, by_positive.labels) == (
        None,
        1.0,
        ("normal", "raised"),
    )


def test_one_pair_has_no_interval_for_ac1() -> None:
    result = agreement([True], [False])
    assert (result.observed, result.kappa) == (0.0, None)
    assert result.ac1 == pytest.approx(-1.0)
    assert "interval not estimable: one pair" in str(result.reason)


def test_missing_readings_are_dropped_and_counted() -> None:
    import pandas as pd

    nan = float("nan")
    result = agreement(["a", None, "b", nan, "a", pd.NA], ["a", "b", None, "a", "b", "a"])
    assert (result.n, result.dropped, result.agreeing) == (2, 4, 1)
    arrays = agreement(np.array([1.0, nan, 0.0]), pd.Series([1.0, 1.0, 0.0]))
    assert (arrays.n, arrays.dropped, arrays.observed) == (2, 1, 1.0)


def test_numpy_booleans_are_booleans() -> None:
    result = agreement([np.True_, np.True_], np.array([True, True]))
    assert result.labels == (False, True)


def test_no_pair() -> None:
    for first, second in (([], []), ([None], ["a"])):
        result = agreement(first, second)
        assert result.n == 0
        assert result.observed is result.observed_ci is result.kappa is result.ac1 is result.positive is None
        assert result.reason == "not estimable: no pair"


def test_categories_of_different_kinds_are_ordered_all_the_same() -> None:
    result = agreement([1, "1"], ["1", 1])
    assert (result.n, result.observed) == (2, 0.0)
    assert set(result.labels) == {1, "1"}
    assert result.positive_label in result.labels


def test_wrong_usage_is_named() -> None:
    with pytest.raises(ValueError, match="lengths differ: a 2, b 1"):
        agreement([1, 2], [1])
    with pytest.raises(ValueError, match="not among the categories: 'c'"):
        agreement(["a", "c"], ["a", "a"], categories=["a", "b"])
    with pytest.raises(ValueError, match="not among the categories: 'x'"):
        agreement(["a"], ["a"], categories=["a", "b"], positive="x")
    with pytest.raises(ValueError, match="categories must differ"):
        agreement(["a"], ["a"], categories=["a", "a"])
    with pytest.raises(ValueError, match="one-dimensional"):
        agreement([["a"]], [["a"]])
    with pytest.raises(ValueError, match="level"):
        agreement(["a"], ["a"], level=0)
