"""Exact tests, correlations, agreement, censored samples and multiplicity: numbers in, typed results out.

Nothing here knows of patients' markers or of POEMS. Every function takes lists or numpy arrays and returns
a frozen dataclass. Missing values (None, NaN) are left out pair by pair and counted in `dropped`; what
cannot be estimated is None with a `reason` that begins with "not estimable" or names the part that is not;
`method` says how a number was found, `p_floor` how small its p value could have been. Wrong usage (lengths
that differ, unknown options, text for numbers) raises ValueError.
"""

from __future__ import annotations

from poems_report.stats.categories import Agreement, agreement
from poems_report.stats.censoring import KaplanMeier, OrderStatisticsRegression, km_quantiles, ros
from poems_report.stats.floors import permutation_floor, signed_rank_floor
from poems_report.stats.kendall import KendallTau, kendall_tau_b
from poems_report.stats.mixed import MixedModel, Slope, mixed_model
from poems_report.stats.multiplicity import benjamini_hochberg, holm
from poems_report.stats.power import (
    SignedRankPower,
    signed_rank_detectable,
    signed_rank_needed_n,
    signed_rank_power,
)
from poems_report.stats.proportions import clopper_pearson
from poems_report.stats.repeated import (
    BetweenCorrelation,
    RepeatedCorrelation,
    between_corr,
    fisher_interval,
    rm_corr,
)
from poems_report.stats.resampling import Bootstrap, bootstrap_rows, bootstrap_totals
from poems_report.stats.spearman_rho import Spearman, spearman
from poems_report.stats.wilcoxon import SignedRank, signed_rank

__all__ = [
    "Agreement",
    "BetweenCorrelation",
    "Bootstrap",
    "KaplanMeier",
    "KendallTau",
    "MixedModel",
    "OrderStatisticsRegression",
    "RepeatedCorrelation",
    "SignedRank",
    "SignedRankPower",
    "Slope",
    "Spearman",
    "agreement",
    "benjamini_hochberg",
    "between_corr",
    "bootstrap_rows",
    "bootstrap_totals",
    "clopper_pearson",
    "fisher_interval",
    "holm",
    "kendall_tau_b",
    "km_quantiles",
    "mixed_model",
    "permutation_floor",
    "rm_corr",
    "ros",
    "signed_rank",
    "signed_rank_detectable",
    "signed_rank_floor",
    "signed_rank_needed_n",
    "signed_rank_power",
    "spearman",
]
