"""Floors against printed values."""

from __future__ import annotations

import pytest

from poems_report.stats import permutation_floor, signed_rank_floor


@pytest.mark.parametrize(
    ("n", "floor"), [(1, 1), (3, 0.25), (4, 0.125), (5, 0.0625), (6, 0.03125), (8, 0.0078125)]
)
def test_signed_rank(n: int, floor: float) -> None:
    assert signed_rank_floor(n) == floor
    assert signed_rank_floor(n, "greater") == signed_rank_floor(n, "less") == 0.5**n


@pytest.mark.parametrize(("n", "floor"), [(1, 1), (2, 1), (3, 0.3333), (4, 0.0833), (5, 0.0167)])
def test_rank_correlation(n: int, floor: float) -> None:
    assert permutation_floor(n) == pytest.approx(floor, abs=5e-5)


def test_one_sided_rank_correlation() -> None:
    assert permutation_floor(3, "greater") == pytest.approx(1 / 6)
    assert permutation_floor(1, "less") == 1.0


@pytest.mark.parametrize("function", [signed_rank_floor, permutation_floor])
def test_wrong_usage_is_named(function: object) -> None:
    assert callable(function)
    with pytest.raises(ValueError, match="n must be at least 1, not 0"):
        function(0)
    with pytest.raises(ValueError, match="alternative must be one of"):
        function(3, "one-sided")
