"""Correlation within and between patients against Bland & Altman, pingouin, least squares and enumeration."""

from __future__ import annotations

import warnings
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from poems_report.stats import between_corr, fisher_interval, rm_corr


def pingouin_rm_corr(frame: pd.DataFrame) -> pd.Series:
    """The other implementation; its own use of deprecated functions is not ours to report."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin

        return pingouin.rm_corr(data=frame, x="x", y="y", subject="subject").iloc[0]


@pytest.fixture(scope="module")
def bland_altman() -> pd.DataFrame:
    """Intramural pH and PaCO2 of 8 subjects (Bland & Altman, BMJ 1995;310:446)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pingouin

        return pingouin.read_dataset("rm_corr")


def visits(seed: int, patients: int = 12, most: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(patients), rng.integers(1, most + 1, patients))
    x = rng.normal(size=len(subject)) + subject
    y = 0.6 * x - 2 * subject + rng.normal(size=len(subject))
    return pd.DataFrame({"subject": subject, "x": x, "y": y})


def test_within_patients_bland_and_altman(bland_altman: pd.DataFrame) -> None:
    result = rm_corr(bland_altman["Subject"], bland_altman["pH"], bland_altman["PacO2"])
    assert result.r == pytest.approx(-0.5067697, abs=5e-8)
    assert result.df == 38
    assert result.p == pytest.approx(0.0008471081, abs=5e-11)
    assert result.ci_low == pytest.approx(-0.7067146, abs=5e-8)
    assert result.ci_high == pytest.approx(-0.2318631, abs=5e-8)
    assert (result.n, result.k, result.single, result.dropped) == (47, 8, 0, 0)
    assert result.reason is result.caution is None


def test_between_patients_bland_and_altman(bland_altman: pd.DataFrame) -> None:
    result = between_corr(bland_altman["Subject"], bland_altman["pH"], bland_altman["PacO2"])
    assert result.r == pytest.approx(0.0818, abs=5e-5)
    assert (result.n, result.observations) == (8, 47)


def test_pooling_visits_would_have_given_another_answer(bland_altman: pd.DataFrame) -> None:
    pooled = stats.pearsonr(bland_altman["pH"], bland_altman["PacO2"])
    assert pooled.statistic == pytest.approx(-0.0652, abs=5e-5)
    assert pooled.pvalue == pytest.approx(0.663, abs=5e-4)


def test_fisher_interval_of_the_rmcorr_vignette() -> None:
    assert fisher_interval(0.88, 4) == pytest.approx((0.2394418, 0.9868084), abs=5e-8)


def test_fisher_interval_needs_two_degrees_of_freedom_and_an_imperfect_correlation() -> None:
    assert fisher_interval(0.5, 1) is None
    assert fisher_interval(1.0, 9) is None
    assert fisher_interval(-1.0, 9) is None
    # N = 4 makes the standard error on Fisher's scale 1.
    assert fisher_interval(0.0, 2) == pytest.approx((-np.tanh(1.959964), np.tanh(1.959964)), abs=1e-6)
    with pytest.raises(ValueError, match="r must lie between -1 and 1"):
        fisher_interval(1.5, 4)


@pytest.mark.parametrize("seed", range(4))
def test_within_patients_equals_pingouin(seed: int) -> None:
    frame = visits(seed)
    expected = pingouin_rm_corr(frame)
    result = rm_corr(frame["subject"], frame["x"], frame["y"])
    assert result.r == pytest.approx(expected["r"], abs=1e-10)
    assert result.p == pytest.approx(expected["pval"], rel=1e-8)
    counts = frame["subject"].value_counts()
    assert (result.k, result.single) == (int((counts > 1).sum()), int((counts == 1).sum()))
    assert result.n == counts[counts > 1].sum()
    assert result.df == expected["dof"] == result.n - result.k - 1


@pytest.mark.parametrize("seed", range(4))
def test_within_patients_equals_least_squares_with_one_line_a_patient(seed: int) -> None:
    frame = visits(seed + 10)
    dummies = np.equal.outer(frame["subject"].to_numpy(), frame["subject"].unique()).astype(float)
    y = frame["y"].to_numpy()

    def unexplained(design: np.ndarray) -> float:
        residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return float(residual @ residual)

    full = unexplained(np.column_stack([dummies, frame["x"]]))
    reduced = unexplained(dummies)
    result = rm_corr(frame["subject"], frame["x"], frame["y"], level=0.9)
    assert result.r is not None
    assert result.r**2 == pytest.approx(1 - full / reduced, rel=1e-9)
    expected_p = stats.f.sf((reduced - full) / (full / result.df), 1, result.df)
    assert result.p == pytest.approx(expected_p, rel=1e-9)
    z, half = np.arctanh(result.r), stats.norm.ppf(0.95) / np.sqrt(result.df + 2 - 3)
    assert (result.ci_low, result.ci_high) == pytest.approx((np.tanh(z - half), np.tanh(z + half)))


def test_patients_with_one_visit_add_nothing() -> None:
    frame = visits(1)
    alone = pd.DataFrame({"subject": [100, 101], "x": [50.0, -50.0], "y": [9.0, 9.0]})
    without = rm_corr(frame["subject"], frame["x"], frame["y"])
    both = pd.concat([frame, alone])
    with_them = rm_corr(both["subject"], both["x"], both["y"])
    assert with_them.r == pytest.approx(without.r, abs=1e-12)
    assert (with_them.n, with_them.k, with_them.df) == (without.n, without.k, without.df)
    assert with_them.single == without.single + 2


def test_order_and_names_of_patients_do_not_matter() -> None:
    frame = visits(2)
    plain = rm_corr(frame["subject"], frame["x"], frame["y"])
    mixed = frame.sample(frac=1, random_state=1)
    for subject in (
        mixed["subject"].map(lambda number: f"P{number}"),
        mixed["subject"].map(lambda number: f"P{number}").to_list(),
        mixed["subject"].to_numpy() * 1_000_003 - 7,
        mixed["subject"].to_numpy().astype(float) / 2,
        mixed["subject"].astype("category"),
    ):
        again = rm_corr(subject, mixed["x"], mixed["y"])
        assert again.r == pytest.approx(plain.r, abs=1e-12)
        assert (again.n, again.k) == (plain.n, plain.k)


def test_incomplete_visits_are_dropped_and_counted() -> None:
    frame = visits(3)
    plain = rm_corr(frame["subject"], frame["x"], frame["y"])
    subject = [*frame["subject"], 0, 1, None, float("nan")]
    x = [*frame["x"], None, 3.0, 1.0, 2.0]
    y = [*frame["y"], 2.0, float("nan"), 1.0, 2.0]
    result = rm_corr(subject, x, y)
    assert result.r == pytest.approx(plain.r, abs=1e-12)
    assert (result.n, result.dropped) == (plain.n, 4)
    between = between_corr(subject, x, y)
    assert between.r == pytest.approx(between_corr(frame["subject"], frame["x"], frame["y"]).r)
    assert between.dropped == 4


def test_adding_a_constant_to_each_patient_changes_nothing_even_a_large_one() -> None:
    frame = visits(4)
    shifted = frame["x"] + frame["subject"] * 1e6
    assert rm_corr(frame["subject"], shifted, frame["y"]).r == pytest.approx(
        rm_corr(frame["subject"], frame["x"], frame["y"]).r, abs=1e-8
    )


def test_scale_does_not_matter_even_near_the_limits_of_floats() -> None:
    frame = visits(5)
    plain = rm_corr(frame["subject"], frame["x"], frame["y"])
    scaled = rm_corr(frame["subject"], frame["x"] * 1e305, frame["y"] * 1e-305)
    assert scaled.r == pytest.approx(plain.r, abs=1e-10)
    assert between_corr(frame["subject"], frame["x"] * 1e305, frame["y"] * 1e-305).r == pytest.approx(
        between_corr(frame["subject"], frame["x"], frame["y"]).r, abs=1e-10
    )


@pytest.mark.parametrize(
    ("subject", "x", "y", "reason"),
    [
        ([], [], [], "not estimable: no patient has two complete visits"),
        ([1, 2, 3], [1, 2, 3], [3, 1, 2], "not estimable: no patient has two complete visits"),
        ([1, 1], [1, 2], [2, 4], "not estimable: two visits of one patient leave no degrees of freedom"),
        ([1, 1, 2, 2], [5, 5, 5, 5], [1, 2, 3, 4], "not estimable: x does not vary within any patient"),
        ([1, 1, 2, 2], [1, 2, 3, 4], [7, 7, 8, 8], "not estimable: y does not vary within any patient"),
        ([1, 1, 2, 2], [0.3, 0.1 + 0.2, 0.7, 0.7], [1, 2, 3, 4], "not estimable: x does not vary within any patient"),
        ([1, 1, 2, 2], [1, float("inf"), 2, 3], [1, 2, 3, 4], "not estimable: infinite value in x"),
        ([1, 1, 2, 2], [1, 2, 3, 4], [1, -float("inf"), 3, 4], "not estimable: infinite value in y"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_within_says_why(
    subject: list[int], x: list[float], y: list[float], reason: str
) -> None:
    result = rm_corr(subject, x, y)
    assert result.reason == reason
    assert (result.r, result.p, result.p_floor, result.ci_low, result.ci_high) == (None,) * 5


def test_one_degree_of_freedom_gives_no_interval() -> None:
    result = rm_corr([1, 1, 2, 2], [1, 2, 1, 3], [1, 3, 2, 3])
    assert result.df == 1
    assert result.r is not None
    assert (result.ci_low, result.ci_high) == (None, None)
    assert result.reason == "interval not estimable: one degree of freedom"
    assert result.caution == "fewer than 5 degrees of freedom"


def test_a_perfect_correlation_gives_no_interval() -> None:
    result = rm_corr([1, 1, 1, 2, 2, 2, 2], [1, 2, 3, 4, 6, 7, 9], [-1, -2, -3, 6, 4, 3, 1])
    assert result.r == -1.0
    assert result.p == 0.0
    assert result.reason == "interval not estimable: the correlation is perfect"


def test_five_degrees_of_freedom_carry_no_caution() -> None:
    rng = np.random.default_rng(0)
    assert rm_corr([1] * 4 + [2] * 4, rng.normal(size=8), rng.normal(size=8)).caution is None
    assert rm_corr([1] * 4 + [2] * 3, rng.normal(size=7), rng.normal(size=7)).caution is not None


def test_ten_thousand_ties() -> None:
    result = rm_corr(np.zeros(10_000, dtype=int), np.ones(10_000), np.arange(10_000))
    assert result.reason == "not estimable: x does not vary within any patient"


def test_a_hundred_thousand_patients_equal_the_textbook_formula() -> None:
    rng = np.random.default_rng(0)
    subject = np.repeat(np.arange(100_000), 10)
    x, y = rng.normal(size=(2, 1_000_000)) + np.repeat(rng.normal(size=100_000), 10)
    rows_x, rows_y = x.reshape(-1, 10), y.reshape(-1, 10)
    dx = (rows_x - rows_x.mean(axis=1, keepdims=True)).ravel()
    dy = (rows_y - rows_y.mean(axis=1, keepdims=True)).ravel()
    result = rm_corr(subject, x, y)
    assert result.r == pytest.approx(np.corrcoef(dx, dy)[0, 1], abs=1e-10)
    assert (result.n, result.k, result.df) == (1_000_000, 100_000, 899_999)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("patients", [3, 5, 7])
def test_between_patients_by_enumeration(patients: int, weighted: bool) -> None:
    frame = visits(patients, patients=patients, most=4).round(0)
    groups = frame.groupby("subject")
    means, sizes = groups.mean(), groups.size().to_numpy() if weighted else np.ones(patients)

    def weighted_r(x: np.ndarray, y: np.ndarray) -> float:
        covariance = np.cov(x, y, aweights=sizes)
        return float(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]))

    x, y = means["x"].to_numpy(), means["y"].to_numpy()
    observed = weighted_r(x, y)
    every = np.array([abs(weighted_r(x, np.array(order))) for order in permutations(y)])
    result = between_corr(frame["subject"], frame["x"], frame["y"], weighted=weighted)
    assert result.r == pytest.approx(observed, abs=1e-12)
    assert result.p == pytest.approx(float((every >= abs(observed) - 1e-9).mean()), abs=1e-12)
    assert result.p_floor == pytest.approx(float((every >= every.max() - 1e-9).mean()), abs=1e-12)
    assert result.p_error == 0.0
    assert result.weighted is weighted
    assert "exact" in result.method


def test_between_patients_by_monte_carlo_is_near_the_t_test_and_repeatable() -> None:
    rng = np.random.default_rng(4)
    subject = np.arange(40)
    x = rng.normal(size=40)
    y = 0.3 * x + rng.normal(size=40)
    result = between_corr(subject, x, y)
    assert result.p_error is not None
    assert result.p == pytest.approx(stats.pearsonr(x, y).pvalue, abs=4 * result.p_error + 0.003)
    assert result == between_corr(subject, x, y)
    assert result != between_corr(subject, x, y, seed=1)
    assert "Monte-Carlo" in result.method
    assert "seed 0" in result.method
    assert result.p_floor == 1 / 20_000
    assert between_corr(subject, x, y, resamples=99).p_floor == 1 / 100


def test_between_many_patients_is_the_t_test() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=150)
    y = 0.2 * x + rng.normal(size=150)
    result = between_corr(range(150), x, y)
    expected = stats.pearsonr(x, y)
    assert (result.r, result.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-9)
    interval = expected.confidence_interval(0.95)
    assert (result.ci_low, result.ci_high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert result.p_error is None
    assert result.p_floor == 0.0


@pytest.mark.parametrize(
    ("subject", "x", "y", "reason"),
    [
        ([], [], [], "not estimable: 0 patients, 3 are needed"),
        ([1, 1, 1], [1, 2, 3], [1, 2, 3], "not estimable: 1 patient, 3 are needed"),
        ([1, 2], [1, 2], [1, 2], "not estimable: 2 patients, 3 are needed"),
        ([1, 2, 3], [4, 4, 4], [1, 2, 3], "not estimable: the patients' means of x are all equal"),
        ([1, 1, 2, 3], [1, 2, 3, 4], [0, 2, 1, 1], "not estimable: the patients' means of y are all equal"),
        ([1, 2, 3], [1, 2, float("inf")], [1, 2, 3], "not estimable: infinite value in x"),
    ],
)
def test_what_cannot_be_estimated_between_says_why(
    subject: list[int], x: list[float], y: list[float], reason: str
) -> None:
    result = between_corr(subject, x, y)
    assert result.reason == reason
    assert (result.r, result.p, result.p_floor, result.p_error, result.ci_low) == (None,) * 5


def test_three_patients_give_no_interval() -> None:
    result = between_corr([1, 2, 3], [1, 2, 3], [1, 3, 2])
    assert result.r == pytest.approx(0.5)
    assert result.reason == "interval not estimable: 3 patients"
    assert between_corr([1, 2, 3], [1, 2, 3], [2, 4, 6]).reason == (
        "interval not estimable: the correlation is perfect"
    )


@pytest.mark.parametrize("function", [rm_corr, between_corr])
def test_wrong_usage_is_named(function: object) -> None:
    assert callable(function)
    with pytest.raises(ValueError, match="lengths differ: subject 2, x 3, y 3"):
        function([1, 1], [1, 2, 3], [1, 2, 3])
    with pytest.raises(ValueError, match="level"):
        function([1, 1], [1, 2], [1, 2], level=95)
    with pytest.raises(ValueError, match="y must hold numbers"):
        function([1, 1], [1, 2], ["<2", "3"])
    with pytest.raises(ValueError, match="subject must be a one-dimensional sequence"):
        function([[1], [1]], [1, 2], [1, 2])
    with pytest.raises(ValueError, match="subject must be a one-dimensional sequence"):
        function(7, [1], [1])


def test_no_resamples_is_wrong_usage() -> None:
    with pytest.raises(ValueError, match="resamples must be at least 1"):
        between_corr([1, 2, 3], [1, 2, 3], [1, 2, 3], resamples=0)
