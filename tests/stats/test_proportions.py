"""Clopper-Pearson against printed values and the definition by binomial tails."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from poems_report.stats import clopper_pearson


def test_printed_intervals() -> None:
    assert clopper_pearson(2, 4) == pytest.approx((0.068, 0.932), abs=5e-4)
    low, high = clopper_pearson(3, 3)
    assert low == pytest.approx(0.292, abs=5e-4)
    assert high == 1.0


@given(st.integers(1, 60), st.data())
@settings(max_examples=100, deadline=None)
def test_ends_are_where_the_tails_reach_half_of_what_is_left(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    level = data.draw(st.sampled_from([0.5, 0.9, 0.95, 0.99]))
    low, high = clopper_pearson(k, n, level)
    tail = (1 - level) / 2
    if k == 0:
        assert low == 0.0
    else:
        assert stats.binom.sf(k - 1, n, low) == pytest.approx(tail, rel=1e-8)
    if k == n:
        assert high == 1.0
    else:
        assert stats.binom.cdf(k, n, high) == pytest.approx(tail, rel=1e-8)


def test_no_trial_says_nothing() -> None:
    assert clopper_pearson(0, 0) == (0.0, 1.0)


def test_numpy_whole_numbers_are_accepted() -> None:
    assert clopper_pearson(np.int64(2), np.int64(4)) == clopper_pearson(2, 4)


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (0, -1), (1.5, 3), ("1", 3)])
def test_wrong_usage_is_named(k: object, n: object) -> None:
    with pytest.raises(ValueError, match=r"k (must lie between 0 and n|and n must be whole)"):
        clopper_pearson(k, n)  # type: ignore[arg-type]


def test_level_is_checked() -> None:
    with pytest.raises(ValueError, match="level must lie between 0 and 1, not 95"):
        clopper_pearson(1, 3, 95)
