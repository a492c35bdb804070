"""Power of the signed-rank test against closed forms, integration and the test itself."""

from __future__ import annotations

from math import inf, nan, sqrt

import numpy as np
import pytest
from scipy import integrate
from scipy import stats as scipy_stats

from poems_report.stats import signed_rank, signed_rank_detectable, signed_rank_needed_n, signed_rank_power

phi = scipy_stats.norm.cdf


def chance(power: float, studies: int) -> float:
    """Four standard errors of a share of so many studies."""
    return 4 * sqrt(power * (1 - power) / studies)


@pytest.mark.parametrize("effect", [0.0, 0.7, -1.3])
@pytest.mark.parametrize("n", [5, 6, 7])
def test_where_only_all_signs_equal_is_enough_the_closed_form_holds(n: int, effect: float) -> None:
    alpha = 2 * 0.5**n
    result = signed_rank_power(n, effect, alpha=alpha, resamples=20_000, seed=3)
    expected = float(phi(effect) ** n + phi(-effect) ** n)
    assert result.power == pytest.approx(expected, abs=chance(expected, 20_000))
    assert result.power_error == pytest.approx(sqrt(expected * (1 - expected) / 20_000), rel=0.1)
    assert (result.size, result.p_floor) == (alpha, alpha)


@pytest.mark.parametrize(("alternative", "effect"), [("greater", 0.8), ("less", -0.8), ("less", 0.8)])
def test_one_sided(alternative: str, effect: float) -> None:
    result = signed_rank_power(4, effect, alpha=0.07, alternative=alternative, resamples=20_000)
    expected = float(phi(effect if alternative == "greater" else -effect)) ** 4
    assert result.power == pytest.approx(expected, abs=chance(expected, 20_000))
    assert (result.size, result.p_floor) == (1 / 16, 1 / 16)


def test_a_wider_region_by_integration() -> None:
    # n = 5, greater, alpha 2/32: all positive, or only the smallest in size negative.
    def only_smallest_negative(t: float) -> float:
        density = scipy_stats.norm.pdf(-t - 0.6)
        return 5 * float(density) * float(scipy_stats.norm.sf(t - 0.6)) ** 4

    expected = float(phi(0.6)) ** 5 + integrate.quad(only_smallest_negative, 0, 12)[0]
    result = signed_rank_power(5, 0.6, alpha=2 / 32, alternative="greater", resamples=40_000, seed=8)
    assert result.power == pytest.approx(expected, abs=chance(expected, 40_000))
    assert result.size == 2 / 32


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("n", [8, 13])
def test_the_region_is_the_one_of_the_test_itself(n: int, alternative: str) -> None:
    draw = np.random.default_rng(5).standard_normal((400, n))
    own = [signed_rank(3.0 * row + 1.5, alternative=alternative).p for row in draw]
    expected = sum(p <= 0.05 for p in own if p is not None) / 400
    assert signed_rank_power(n, 1.5, 3.0, alternative=alternative, resamples=400, seed=5).power == expected


def test_without_an_effect_power_is_the_size() -> None:
    # n = 8: P(W <= 3) is 5 of 256 patterns.
    result = signed_rank_power(8, 0.0, resamples=40_000, seed=2)
    assert result.size == 10 / 256
    assert result.power == pytest.approx(10 / 256, abs=chance(10 / 256, 40_000))


def test_large_samples_follow_the_asymptotic_efficiency() -> None:
    # The signed rank of normal differences is as efficient as a t test of 3 / pi as many.
    for n in (200, 300):
        expected = float(phi(0.2 * sqrt(n * 3 / np.pi) - 1.96))
        result = signed_rank_power(n, 0.2, resamples=2_000, seed=1)
        assert result.power == pytest.approx(expected, abs=chance(expected, 2_000) + 0.01)
        assert result.size == pytest.approx(0.05, abs=1e-3)
        assert result.size is not None and result.size <= 0.05


def test_unit_and_seed() -> None:
    small = signed_rank_power(8, 0.9, 1.0, seed=4)
    assert signed_rank_power(8, 9.0, 10.0, seed=4).power == small.power
    assert signed_rank_power(8, 0.9, 1.0, seed=4) == small
    assert signed_rank_power(8, 0.9, 1.0, seed=5).power != small.power
    assert small.method == "signed rank of normal differences (10000 simulated studies, seed 4)"
    assert small.wanted is small.reason is None


def test_blocks_do_not_change_the_number_of_studies(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = signed_rank_power(8, 1.0, resamples=1_000).power
    monkeypatch.setattr("poems_report.stats.power.CHUNK", 8 * 300)
    assert signed_rank_power(8, 1.0, resamples=1_000).power == whole


def test_three_pairs_have_no_power_at_all() -> None:
    result = signed_rank_power(3, 100.0)
    assert (result.power, result.power_error, result.size, result.p_floor) == (0.0, 0.0, 0.0, 0.25)
    sought = signed_rank_detectable(3)
    assert (sought.effect, sought.power, sought.size, sought.p_floor) == (None, None, 0.0, 0.25)
    assert sought.reason == "not estimable: no p of 3 differences is as small as 0.05"


def test_needed_n_reaches_what_one_fewer_does_not() -> None:
    found = signed_rank_needed_n(0.9, power=0.8, resamples=4_000, seed=6)
    assert found.n is not None and found.power is not None
    assert found.power >= 0.8 > (signed_rank_power(found.n - 1, 0.9, resamples=4_000, seed=6).power or 0)
    assert found == signed_rank_needed_n(0.9, power=0.8, resamples=4_000, seed=6)
    assert found.wanted == 0.8
    # A t test needs 12 differences for this effect (G*Power), the signed rank 3 / pi as efficient.
    assert found.n in (12, 13, 14)
    assert signed_rank_needed_n(-0.9, alternative="less", resamples=2_000).n is not None


def test_needed_n_from_the_closed_form() -> None:
    # An overwhelming effect: the first n whose floor reaches alpha.
    assert signed_rank_needed_n(50.0, resamples=100).n == 6
    assert signed_rank_needed_n(50.0, alternative="greater", resamples=100).n == 5
    assert signed_rank_needed_n(50.0, alpha=0.3, resamples=100).n == 3


def test_detectable_effect_from_the_closed_form() -> None:
    # n = 6, two-sided: phi(e)^6 = 0.8 (the other tail is negligible).
    found = signed_rank_detectable(6, sd=2.0, resamples=20_000, seed=9)
    expected = 2.0 * float(scipy_stats.norm.ppf(0.8 ** (1 / 6)))
    assert found.effect == pytest.approx(expected, abs=0.08)
    assert found.power is not None and 0.8 <= found.power < 0.801
    less = signed_rank_detectable(6, sd=2.0, alternative="less", resamples=5_000)
    assert less.effect is not None and less.effect < 0
    assert less.power is not None and less.power >= 0.8


@pytest.mark.parametrize(
    ("n", "effect", "sd", "reason"),
    [
        (0, 1.0, 1.0, "not estimable: no difference"),
        (8, nan, 1.0, "not estimable: the effect is not a finite number"),
        (8, inf, 1.0, "not estimable: the effect is not a finite number"),
        (8, 1.0, 0.0, "not estimable: the standard deviation is not a number above zero"),
        (8, 1.0, -1.0, "not estimable: the standard deviation is not a number above zero"),
        (8, 1.0, nan, "not estimable: the standard deviation is not a number above zero"),
        (8, 1.0, inf, "not estimable: the standard deviation is not a number above zero"),
    ],
)
def test_what_cannot_be_simulated_says_why(n: int, effect: float, sd: float, reason: str) -> None:
    result = signed_rank_power(n, effect, sd)
    assert (result.power, result.power_error, result.size, result.reason) == (None, None, None, reason)
    assert result.sd == (sd if np.isfinite(sd) else 0.0)
    assert result.effect == (effect if np.isfinite(effect) else None)
    assert (result.n, result.alpha, result.wanted, result.p_floor) == (n, 0.05, None, None)


def test_searches_that_find_nothing_say_why() -> None:
    assert signed_rank_needed_n(0.0).reason == "not estimable: no effect in the direction tested"
    wrong_way = signed_rank_needed_n(1.0, alternative="less")
    assert (wrong_way.n, wrong_way.reason) == (None, "not estimable: no effect in the direction tested")
    assert signed_rank_needed_n(-1.0, alternative="greater").reason == wrong_way.reason
    tiny = signed_rank_needed_n(0.01, resamples=50)
    assert (tiny.n, tiny.reason) == (None, "not estimable: 500 differences are not enough")
    assert "standard deviation" in str(signed_rank_needed_n(1.0, 0.0).reason)
    assert "standard deviation" in str(signed_rank_detectable(8, 0.0).reason)
    assert signed_rank_detectable(0).reason == "not estimable: no difference"


def test_wrong_usage_is_named() -> None:
    with pytest.raises(ValueError, match="n must be a whole number, not"):
        signed_rank_power(2.5, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="n must not be negative: -1"):
        signed_rank_power(-1, 1.0)
    for alpha in (0.0, 1.0):
        with pytest.raises(ValueError, match="alpha must lie between 0 and 1"):
            signed_rank_power(8, 1.0, alpha=alpha)
        with pytest.raises(ValueError, match="power must lie between 0 and 1"):
            signed_rank_needed_n(1.0, power=alpha)
        with pytest.raises(ValueError, match="power must lie between 0 and 1"):
            signed_rank_detectable(8, power=alpha)
    with pytest.raises(ValueError, match="alternative must be one of"):
        signed_rank_power(8, 1.0, alternative="up")
    with pytest.raises(ValueError, match="resamples must be at least 1"):
        signed_rank_power(8, 1.0, resamples=0)
