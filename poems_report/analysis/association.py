"""Do the two markers move together: within a patient, between patients, and in rank within each phase."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from poems_report.analysis.columns import Values, distinct, first_of, take
from poems_report.analysis.conventions import CONVENTIONS
from poems_report.analysis.phases import Pairs
from poems_report.analysis.results import Result, reason_of, test_of
from poems_report.study.config import PHASES, StudyConfig

FEW = CONVENTIONS["correlation"]["few_degrees"]
# Beyond so many patients the exploratory ranks are those of this many, drawn at random, and say so.
MOST_EXPLORED = 2_000
LIMIT_NOTE = "values at a limit enter as the limit"


def correlation_results(pairs: Pairs, config: StudyConfig) -> dict[str, Result]:
    """Correlations of the compared markers within and between patients; empty where the study has one marker.

    Keys: those of `linear_results`, and `between.<a>_<b>.rho` (Spearman, of the patients' mean log2 values).
    """
    if config.pair is None:
        return {}
    subject, x, y = pairs.log2
    rho = _between_ranks(subject, x, y, _limit_note(pairs))
    ranks = _named({f"between.{'_'.join(config.pair)}.rho": rho}, config)
    return {**linear_results(pairs, config), **ranks}


def linear_results(pairs: Pairs, config: StudyConfig) -> dict[str, Result]:
    """Linear correlations of the compared markers; empty where the study has one marker.

    Keys: `within.<a>_<b>.r` (repeated-measures correlation of log2 values) and `between.<a>_<b>.r` (correlation of
    the patients' mean log2 values).
    """
    if config.pair is None:
        return {}
    name = "_".join(config.pair)
    subject, x, y = pairs.log2
    note = _limit_note(pairs)
    within, between = _within(subject, x, y, note), _between(subject, x, y, note)
    return _named({f"within.{name}.r": within, f"between.{name}.r": between}, config)


def rank_results(of_phase: Pairs, config: StudyConfig) -> dict[str, Result]:
    """Rank correlation of the compared markers in each phase; empty where the study has one marker.

    Keys: `phase.<phase>.<a>_<b>.tau` (Kendall tau-b with censoring, one visit a patient).
    """
    if config.pair is None:
        return {}
    name = "_".join(config.pair)
    found = {f"phase.{phase}.{name}.tau": _rank(phase, of_phase.in_phase(phase)) for phase in PHASES}
    return _named(found, config)


def with_assays(found: dict[str, Result], values: Values, config: StudyConfig) -> dict[str, Result]:
    """The same results, with a note where patients were measured in more than one matrix or assay.

    Their values are not comparable but enter together: without them a small study would have no correlation at all.
    """
    several = set()
    for name in config.pair or ():
        own = values.of_marker(name)
        first = take(own.kit, first_of(np.arange(len(own)), own.patient, len(own.ids))[own.patient])
        several |= set(distinct(own.patient[own.kit != first]))
    if not several:
        return found
    note = f"patients measured in more than one matrix or assay: {len(several)}"
    return {key: replace(one, note="; ".join(filter(None, (one.note, note)))) for key, one in found.items()}


def _named(found: dict[str, Result], config: StudyConfig) -> dict[str, Result]:
    """The same results with the markers in place of x and y in their reasons."""
    labels = {side: config.markers[name].label for side, name in zip("xy", config.pair or (), strict=True)}
    return {
        key: replace(one, reason=re.sub(r"\b[xy]\b", lambda side: labels[side[0]], one.reason))
        for key, one in found.items()
    }


def _limit_note(pairs: Pairs) -> str:
    return LIMIT_NOTE if pairs.reference_censored.any() or pairs.candidate_censored.any() else ""


def _within(subject: np.ndarray, x: np.ndarray, y: np.ndarray, note: str) -> Result:
    from poems_report.stats import rm_corr

    found = rm_corr(subject, x, y)
    few = f"fewer than {FEW} degrees of freedom" if found.r is not None and found.df < FEW else ""
    note = "; ".join(part for part in (note, few) if part)
    method = "repeated-measures correlation of log2 values (Bakdash and Marusich 2017)"
    told = _estimated(found.r, found, method, _t_test(found.df), found.k, note)
    return replace(told, observations=found.n)


_MEANS = "of the patients' mean log2 values"


def _between(subject: np.ndarray, x: np.ndarray, y: np.ndarray, note: str) -> Result:
    from poems_report.stats import between_corr

    means = between_corr(subject, x, y)
    method = f"correlation {_MEANS} (Bland and Altman 1995); {means.method}"
    return _estimated(means.r, means, method, test_of(means.method), means.n, note)


def _between_ranks(subject: np.ndarray, x: np.ndarray, y: np.ndarray, note: str) -> Result:
    from poems_report.stats import spearman

    counts = np.bincount(subject)
    ranks = spearman(np.bincount(subject, x) / counts, np.bincount(subject, y) / counts)
    method = f"Spearman correlation {_MEANS}; {ranks.method}"
    return _estimated(ranks.rho, ranks, method, test_of(ranks.method), ranks.n, note)


def _estimated(estimate: float | None, found: Any, method: str, test: str, n: int, note: str = "") -> Result:
    """An estimate of `stats` as a Result, with its interval and its p value where it has them."""
    low, high = getattr(found, "ci_low", None), getattr(found, "ci_high", None)
    return Result(
        estimate,
        method,
        n=n,
        ci_low=low,
        ci_high=high,
        level=None if low is None else found.level,
        p=found.p,
        p_floor=None if found.p is None else found.p_floor,
        reason=reason_of(found),
        note=note,
        test="" if found.p is None else test,
    )


def mixed_results(pairs: Pairs, config: StudyConfig) -> dict[str, Result]:
    """Slopes of the log2 candidate on the log2 reference by a mixed model; empty where the study has one marker.

    Keys: `mixed.<a>_<b>.within` (visits around their patient's mean) and `.between` (patients' means): change of the
    log2 candidate for a doubling of the reference.
    """
    from poems_report.stats import mixed_model

    if config.pair is None:
        return {}
    subject, x, y = pairs.log2
    model, note, found = mixed_model(subject, x, y), _limit_note(pairs), {}
    for place, slope in (("within", model.within), ("between", model.between)):
        key, method = f"mixed.{'_'.join(config.pair)}.{place}", f"slope {place} patients; {model.method}"
        if slope is None:
            found[key] = Result(
                None, method, n=model.n, observations=model.observations, reason=reason_of(model)
            )
            continue
        few = slope.df < FEW
        found[key] = Result(
            slope.estimate,
            method,
            n=model.n,
            observations=model.observations,
            ci_low=slope.ci_low,
            ci_high=slope.ci_high,
            level=model.level,
            p=slope.p,
            p_floor=slope.p_floor,
            note=note,
            test=_t_test(slope.df),
            cautions=("singular",) * bool(model.singular) + ("few_df",) * few,
        )
    return _named(found, config)


def _t_test(df: int) -> str:
    return f"t test with {df} degree{'' if df == 1 else 's'} of freedom"


def _rank(phase: str, rows: Pairs) -> Result:
    from poems_report.stats import kendall_tau_b

    where, everyone = f"last visit of the {phase} phase", len(rows)
    if everyone > MOST_EXPLORED:
        drawn = np.random.default_rng(0).choice(everyone, MOST_EXPLORED, replace=False)
        rows = rows.where(np.sort(drawn))
        where += f"; {MOST_EXPLORED} of {everyone} patients at random (seed 0)"
    found = kendall_tau_b(rows.reference, rows.candidate, rows.reference_censored, rows.candidate_censored)
    method = f"Kendall tau-b with censoring, {where}; {found.method}"
    told = _estimated(found.tau, found, method, test_of(found.method), found.n)
    return replace(told, exploratory=True)
