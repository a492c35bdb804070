"""Censored samples against a textbook, statsmodels and the definitions."""

from __future__ import annotations

from itertools import pairwise
from math import inf, log, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.imputation.ros import impute_ros

from poems_report.stats import km_quantiles, ros
from poems_report.stats.censoring import plotting_positions

# Newman, Quantitative Ecotoxicology: sulphate.
SULPHATE = [
    2.5, 2.5, 2.6, 3.3, 3.5, 3.5, 3.6, 4.0, 4.1, 4.5, 5.2,
    5.6, 5.7, 6.1, 6.2, 6.5, 6.9, 7.1, 7.7, 7.9, 9.9,
]  # fmt: skip
BELOW = [True, True] + [False] * 19


def several_limits(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 40))
    truth = np.round(np.exp(rng.normal(2, 1, n)), 1) + 0.1
    limits = rng.choice([2.0, 5.0, 9.0], n)
    return np.maximum(truth, limits), truth < limits


def test_sulphate_of_newman() -> None:
    result = ros(SULPHATE, BELOW)
    assert result.median == 5.2
    assert result.mean == pytest.approx(5.158, abs=5e-4)
    assert result.sd == pytest.approx(2.071, abs=5e-4)
    assert (result.n, result.censored, result.dropped, result.uninformative) == (21, 2, 0, 0)
    assert len(result.modelled) == 2
    assert result.caution is result.reason is None


@pytest.mark.parametrize("seed", range(40))
def test_several_limits_equal_statsmodels(seed: int) -> None:
    values, below = several_limits(seed)
    result = ros(values, below)
    completed = np.asarray(impute_ros(values, below))
    assert result.mean == pytest.approx(completed.mean(), rel=1e-10)
    assert result.sd == pytest.approx(completed.std(ddof=1), rel=1e-10)
    assert result.median == pytest.approx(np.median(completed), rel=1e-10)
    assert (result.q1, result.q3) == pytest.approx(tuple(np.percentile(completed, [25, 75])), rel=1e-10)
    assert result.n == len(completed)
    assert result.uninformative == len(values) - len(completed)


def test_line_is_the_least_squares_line_of_its_plotting_positions() -> None:
    values, below = several_limits(3)
    keep = ~below | (values <= values[~below].max())
    values, below = values[keep], below[keep]
    measured = np.sort(values[~below])
    seen, hidden = plotting_positions(measured, values[below])
    line = stats.linregress(stats.norm.ppf(seen), np.log(measured))
    result = ros(values, below)
    assert (result.intercept, result.slope) == pytest.approx((line.intercept, line.slope))
    assert result.modelled == pytest.approx(
        np.exp(line.intercept + line.slope * np.sort(stats.norm.ppf(hidden)))
    )


def test_plotting_positions_worked_by_hand() -> None:
    # <1, 3, <5, 7, 9: above 5: 2 of 5, so P(5) = 0.4; between 1 and 5: 1 of 2 beyond <1, so
    # P(1) = 0.4 + 1/2 * 0.6 = 0.7. Measured: 3 midway of 0.3 to 0.6; 7 and 9 at thirds of 0.6 to 1.
    # Censored: <1 at half of 0.3, <5 at half of 0.6.
    seen, hidden = plotting_positions(np.array([3.0, 7.0, 9.0]), np.array([5.0, 1.0]))
    assert seen == pytest.approx([0.45, 0.6 + 0.4 / 3, 0.6 + 0.8 / 3])
    assert hidden == pytest.approx([0.15, 0.30])


def test_without_censoring_the_plain_summaries() -> None:
    values = [1.0, 2.0, 4.0, 9.0]
    result = ros(values, [False] * 4)
    assert (result.mean, result.median) == (4.0, 3.0)
    assert result.sd == pytest.approx(np.std(values, ddof=1))
    assert (result.intercept, result.slope, result.modelled) == (None, None, ())
    assert result.method == "no value censored"
    one = ros([3.0], [0])
    assert (one.mean, one.median, one.sd) == (3.0, 3.0, None)
    assert one.reason == "standard deviation not estimable: one value"


def test_limits_above_every_measured_value_carry_no_information() -> None:
    result = ros([1.0, 2.0, 3.0, 50.0, 1.5], [False, False, False, True, True])
    assert result.uninformative == 1
    assert result.n == 4
    assert result.mean == ros([1.0, 2.0, 3.0, 1.5], [False, False, False, True]).mean
    assert result.caution == "1 censored above every measured value, left out"


def test_mostly_censored_is_said() -> None:
    result = ros([2.0] * 9 + [5.0, 8.0], [True] * 9 + [False] * 2)
    assert result.caution == "9 of 11 values are censored"
    assert ros([2.0] * 8 + [5.0, 8.0], [True] * 8 + [False] * 2).caution is None


def test_missing_values_are_dropped_and_counted() -> None:
    result = ros([*SULPHATE, nan, None], [*BELOW, True, False])
    assert result.dropped == 2
    assert result.mean == ros(SULPHATE, BELOW).mean
    assert km_quantiles([1.0, nan, 3.0], [False, True, False], [0.5]).dropped == 1


@pytest.mark.parametrize(
    ("values", "below", "reason"),
    [
        ([], [], "not estimable: no value"),
        ([nan], [True], "not estimable: no value"),
        ([2.0, 3.0], [True, True], "not estimable: every value is censored"),
        ([2.0, 3.0], [True, False], "not estimable: fewer than two different measured values"),
        ([2.0, 3.0, 3.0], [True, False, False], "not estimable: fewer than two different measured values"),
        ([0.0, 3.0, 4.0], [True, False, False], "not estimable: a value or limit that is not above zero"),
        ([2.0, -3.0, 4.0], [True, False, False], "not estimable: a value or limit that is not above zero"),
        ([2.0, inf, 4.0], [True, False, False], "not estimable: infinite value in values"),
        ([5.0] * 10_000, [True] * 10_000, "not estimable: every value is censored"),
    ],
)
def test_what_cannot_be_estimated_says_why(values: list[float], below: list[bool], reason: str) -> None:
    result = ros(values, below)
    assert str(result.reason).startswith(reason)
    assert result.mean is result.sd is result.median is result.q1 is result.slope is None
    assert result.modelled == ()


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=25))
@settings(max_examples=150, deadline=None)
def test_quantiles_invert_statsmodels_survival_of_the_mirrored_sample(
    sample: list[tuple[int, bool]],
) -> None:
    values = np.array([value for value, _ in sample], dtype=float)
    below = np.array([hidden for _, hidden in sample])
    shares = (0.1, 0.25, 0.37, 0.5, 0.8)
    result = km_quantiles(values, below, shares)
    if below.all():
        assert result.quantiles == (None,) * 5
        assert result.reason == "not estimable: every value is censored"
        return
    mirrored = SurvfuncRight(100 - values, ~below)
    points = np.unique(values[~below])
    share_below = {100 - time: s for time, s in zip(mirrored.surv_times, mirrored.surv_prob, strict=True)}
    at_or_below = {here: share_below[above] for here, above in pairwise(points)} | {points[-1]: 1.0}
    smallest = share_below[points[0]]
    for share, quantile in zip(shares, result.quantiles, strict=True):
        if share < smallest - 1e-9 or (smallest > 1e-9 and share <= smallest + 1e-9):
            assert quantile is None
            assert "smallest measured value" in str(result.reason)
            continue
        reached = [p for p in points if at_or_below[p] >= share - 1e-9]
        flat = abs(at_or_below[reached[0]] - share) < 1e-9 and len(reached) > 1
        assert quantile == pytest.approx((reached[0] + reached[1]) / 2 if flat else reached[0])


def test_quantiles_worked_by_hand() -> None:
    # <5, 3, 8, <2, 10 from above: 10 is 1 of 5 (0.8 below), 8 is 1 of 4 (0.6), 3 is 1 of 2 (0.3).
    result = km_quantiles([5, 3, 8, 2, 10], [True, False, False, True, False], [0.2, 0.5, 0.6, 0.7, 0.9])
    assert result.quantiles == (None, 3.0, 5.5, 8.0, 10.0)
    assert (result.n, result.censored) == (5, 2)
    assert result.reason == "not estimable: a quantile lies below 3, the smallest measured value"


@pytest.mark.parametrize("n", [1, 2, 7, 10])
def test_without_censoring_the_median_is_the_usual_one(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    assert km_quantiles(values, [False] * n, [0.5]).quantiles[0] == pytest.approx(np.median(values))


@pytest.mark.parametrize(
    ("values", "below", "reason"),
    [
        ([], [], "not estimable: no value"),
        ([inf, 1.0], [False, False], "not estimable: infinite value in values"),
    ],
)
def test_quantiles_that_cannot_be_estimated_say_why(
    values: list[float], below: list[bool], reason: str
) -> None:
    result = km_quantiles(values, below)
    assert (result.quantiles, result.reason) == ((None, None, None), reason)
    assert result.probabilities == (0.25, 0.5, 0.75)


def test_wrong_usage_is_named() -> None:
    with pytest.raises(ValueError, match="lengths differ: values 2, censored 1"):
        ros([1.0, 2.0], [True])
    codes = r"censored must hold true or false, or -1 \(below\), 0 \(measured\) or 1 \(above\) only"
    for wrong in ([0, 2], [0, 0.5], [0, nan], [False, None]):
        with pytest.raises(ValueError, match=codes):
            ros([1.0, 2.0], wrong)
    with pytest.raises(ValueError, match="probabilities must lie between 0 and 1"):
        km_quantiles([1.0], [False], [0.0])
    with pytest.raises(ValueError, match="lengths differ"):
        km_quantiles([1.0, 2.0], [True])


@pytest.mark.parametrize("as_codes", [list, np.array, lambda c: np.array(c, dtype=object)])
def test_true_is_minus_one(as_codes) -> None:
    values, below = several_limits(11)
    truth = as_codes([bool(one) for one in below])
    codes = as_codes([-1 if one else 0 for one in below])
    assert ros(values, truth) == ros(values, codes)
    assert km_quantiles(values, truth) == km_quantiles(values, codes)
    assert km_quantiles(values, codes).above == 0


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=25))
@settings(max_examples=150, deadline=None)
def test_right_censored_quantiles_invert_statsmodels_survival(sample: list[tuple[int, bool]]) -> None:
    values = np.array([value for value, _ in sample], dtype=float)
    above = np.array([hidden for _, hidden in sample])
    shares = (0.1, 0.25, 0.37, 0.5, 0.8)
    result = km_quantiles(values, above.astype(int), shares)
    assert (result.censored, result.above) == (above.sum(), above.sum())
    if above.all():
        assert result.quantiles == (None,) * 5
        return
    curve = SurvfuncRight(values, ~above)
    reached = dict(zip(curve.surv_times, 1 - curve.surv_prob, strict=True))
    points = np.unique(values[~above])
    for share, quantile in zip(shares, result.quantiles, strict=True):
        after = [p for p in points if reached[p] >= share - 1e-9]
        flat = bool(after) and abs(reached[after[0]] - share) < 1e-9
        unknown = not after or (flat and len(after) == 1 and reached[after[0]] < 1 - 1e-9)
        if unknown:
            assert quantile is None
            assert result.reason == (
                f"not estimable: a quantile lies above {points[-1]:g}, the largest measured value"
            )
        else:
            two = flat and len(after) > 1
            assert quantile == pytest.approx((after[0] + after[1]) / 2 if two else after[0])


def test_right_censored_quantiles_worked_by_hand() -> None:
    # 3, >5, 7, 9, >9: 3 leaves 4 of 5, 7 leaves 2 of 3 of these, 9 a half of these.
    result = km_quantiles([9, 3, 5, 7, 9], [0, 0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7, 0.8])
    assert result.quantiles == (3.0, 5.0, 7.0, 9.0, None)
    assert (result.n, result.censored, result.above) == (5, 2, 2)
    assert result.reason == "not estimable: a quantile lies above 9, the largest measured value"
    assert result.method == "Kaplan-Meier for right-censored values"
    assert km_quantiles([1, 2], [-1, 0]).method == "Kaplan-Meier for left-censored values"


def test_an_assay_range_on_both_sides_has_the_usual_quantiles() -> None:
    # <31 twice, 40, 100, 500, 2000, >2000: the order of all seven is certain.
    values, sides = [31, 2000, 40, 2000, 500, 100, 31], [-1, 1, 0, 0, 0, 0, -1]
    result = km_quantiles(values, sides, [0.1, 2 / 7, 0.3, 0.5, 5 / 7, 0.8, 6 / 7, 0.9])
    assert result.quantiles == (None, None, 40.0, 100.0, pytest.approx(1250.0), 2000.0, None, None)
    assert result.method == "Kaplan-Meier for values censored on both sides"
    assert (result.n, result.censored, result.above) == (7, 3, 1)
    assert result.reason == (
        "not estimable: a quantile lies below 40, the smallest measured value; "
        "a quantile lies above 2000, the largest measured value"
    )
    assert km_quantiles(values, sides, [0.5]).reason is None


@pytest.mark.parametrize(
    ("values", "sides"),
    [([5, 3, 8, 20], [-1, 0, 0, 1]), ([2, 3, 8, 7], [-1, 0, 0, 1]), ([9, 3, 8, 7], [-1, 0, 0, 1])],
)
def test_limits_among_the_measured_values_on_both_sides(values: list[float], sides: list[int]) -> None:
    result = km_quantiles(values, sides)
    assert result.quantiles == (None, None, None)
    assert result.reason == ("not estimable: censored on both sides, with a limit among the measured values")
    assert km_quantiles([2, 20], [-1, 1]).reason == "not estimable: every value is censored"
    line = ros(values, sides)
    assert (line.mean, line.n, line.reason) == (None, 4, "not estimable: censored on both sides")
    assert line.uninformative == 0


@pytest.mark.parametrize("seed", range(10))
def test_ros_of_values_above_their_limit_is_the_mirror_image(seed: int) -> None:
    values, below = several_limits(seed)
    plain = ros(values, below)
    # The reciprocal of a value above its limit lies below the limit's reciprocal.
    turned = ros(1 / values, below.astype(int))
    assert turned.modelled == pytest.approx(sorted(1 / np.array(plain.modelled)), rel=1e-9)
    completed = np.concatenate([1 / values[~below], 1 / np.array(plain.modelled)])
    assert (turned.mean, turned.sd) == pytest.approx((completed.mean(), completed.std(ddof=1)), rel=1e-9)
    assert turned.intercept == pytest.approx(-float(plain.intercept or 0), rel=1e-9)
    assert turned.slope == pytest.approx(plain.slope, rel=1e-9)
    assert (turned.n, turned.censored, turned.uninformative) == (
        plain.n,
        plain.censored,
        plain.uninformative,
    )
    assert min(turned.modelled) > 0
    expected = f"{plain.censored} above their limit: mean and standard deviation rest on the log-normal tail"
    assert expected in str(turned.caution)


def test_ros_line_above_worked_by_hand() -> None:
    # 1, 4, >4 mirrored is <1/4, 1/4, 1: positions of the measured are 1/3 + 2/9 and 1/3 + 4/9.
    result = ros([1, 4, 4], [0, 0, 1])
    scores = stats.norm.ppf([5 / 9, 7 / 9])
    slope = log(4) / (scores[1] - scores[0])
    intercept = -log(1 / 4) + slope * scores[0]
    assert (result.slope, result.intercept) == pytest.approx((slope, intercept))
    assert result.modelled == pytest.approx((np.exp(intercept - slope * stats.norm.ppf(1 / 6)),))


def test_ros_above_with_a_limit_below_every_measured_value() -> None:
    result = ros([3, 5, 8, 2, 6], [0, 0, 0, 1, 1])
    assert (result.n, result.uninformative, result.censored) == (4, 1, 1)
    assert result.mean == ros([3, 5, 8, 6], [0, 0, 0, 1]).mean
    assert result.caution == (
        "1 above their limit: mean and standard deviation rest on the log-normal tail; "
        "1 censored below every measured value, left out"
    )


def test_the_summaries_of_huge_values_do_not_overflow() -> None:
    small = ros([4.0, 9.0, 1.0, 6.0], [False] * 4)
    huge = ros([4e300, 9e300, 1e300, 6e300], [False] * 4)
    for name in ("mean", "sd", "median", "q1", "q3"):
        assert getattr(huge, name) == pytest.approx(getattr(small, name) * 1e300)
    wide = ros([-1.7e308, 1.7e308], [False, False])
    assert (wide.mean, wide.sd, wide.reason) == (None, None, "not estimable: values too large")
    above = ros([1e300, 1e302, 1e306, 1e307], [0, 0, 1, 1])
    assert above.mean is None or above.mean < float("inf")
