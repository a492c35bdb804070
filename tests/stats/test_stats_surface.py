"""What the package promises as a whole: names, cheap import, plain numbers, no silent NaN."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from math import isfinite

import numpy as np
import pytest

from poems_report import stats


def test_all_names_exist_and_functions_are_documented() -> None:
    assert sorted(stats.__all__) == stats.__all__
    for name in stats.__all__:
        assert getattr(stats, name).__doc__


def test_import_loads_no_heavy_library() -> None:
    code = (
        "import sys, poems_report.stats; "
        "print([m for m in ('scipy', 'pandas', 'statsmodels', 'pingouin') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def every_result(rng: np.random.Generator, n: int) -> list[object]:
    x, y = rng.integers(0, 5, (2, n)).astype(float)
    subject = rng.integers(0, max(1, n // 2), n)
    sides = rng.choice([-1, 0, 1], n)
    return [
        stats.signed_rank(x - y),
        stats.signed_rank(x - y, zeros="pratt", alternative="less"),
        stats.rm_corr(subject, x, y),
        stats.between_corr(subject, x, y),
        stats.between_corr(subject, x, y, weighted=True),
        stats.mixed_model(subject, x, y),
        stats.signed_rank_power(n, 1.0, resamples=99),
        stats.signed_rank_detectable(n, resamples=99),
        stats.spearman(x, y, resamples=99),
        stats.kendall_tau_b(x, y, sides, None, resamples=99),
        stats.agreement(x > 2, y > 2),
        stats.ros(x + 1, sides < 0),
        stats.km_quantiles(x, sides < 0),
        stats.bootstrap_totals(np.column_stack([x, y]), lambda t: t[..., 0] / t[..., 1], resamples=99),
    ]


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 6, 12])
def test_results_are_frozen_plain_and_without_nan(n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(5):
        for result in every_result(rng, n):
            assert dataclasses.is_dataclass(result)
            fields = dataclasses.asdict(result)  # type: ignore[arg-type]
            json.dumps(fields, allow_nan=False)
            for name, value in fields.items():
                assert not isinstance(value, np.generic), name
                assert not isinstance(value, float) or isfinite(value), name
            if any(
                fields.get(name, 0) is None for name in ("p", "ci_low", "mean", "kappa", "power", "within")
            ):
                assert "not estimable" in fields["reason"]
            if fields.get("p") is not None:
                assert 0 <= fields["p_floor"] <= fields["p"] + 1e-12 <= 1 + 1e-12
                assert fields["method"]
            with pytest.raises(dataclasses.FrozenInstanceError):
                result.method = ""  # type: ignore[attr-defined]
