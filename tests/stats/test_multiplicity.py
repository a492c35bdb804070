"""Holm and Benjamini-Hochberg against the published example and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control
from statsmodels.stats.multitest import multipletests

from poems_report.stats import benjamini_hochberg, holm

# Benjamini & Hochberg 1995: 15 comparisons of two treatments of heart attack.
HEART = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000,
]  # fmt: skip


def test_published_rejections() -> None:
    assert sum(15 * p <= 0.05 for p in HEART) == 3
    assert (holm(HEART) <= 0.05).sum() == 3
    assert (benjamini_hochberg(HEART) <= 0.05).sum() == 4


@given(st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_benjamini_hochberg_equals_scipy(p: list[float]) -> None:
    assert benjamini_hochberg(p) == pytest.approx(false_discovery_control(p), rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_holm_equals_statsmodels(seed: int) -> None:
    # Squares crowd near 0, rounding makes ties.
    p = np.round(np.random.default_rng(seed).random(3 * seed + 1) ** 2, 2)
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], rel=1e-12)


def test_order_is_kept_and_the_input_is_not_changed() -> None:
    p = np.array([0.04, 0.01, 0.03])
    assert holm(p) == pytest.approx([0.06, 0.03, 0.06])
    assert benjamini_hochberg(p) == pytest.approx([0.04, 0.03, 0.04])
    assert p.tolist() == [0.04, 0.01, 0.03]


@pytest.mark.parametrize("function", [holm, benjamini_hochberg])
def test_an_empty_family_is_empty(function: object) -> None:
    assert callable(function)
    assert function([]).tolist() == []


@pytest.mark.parametrize("function", [holm, benjamini_hochberg])
@pytest.mark.parametrize("p", [[0.1, None], [0.1, float("nan")], [-0.1], [1.1]])
def test_what_is_no_p_value_is_named(function: object, p: list[float]) -> None:
    assert callable(function)
    with pytest.raises(ValueError, match="p values must lie between 0 and 1; leave out"):
        function(p)
