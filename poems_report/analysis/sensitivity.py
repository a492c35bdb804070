"""The main results under other choices: what changes, what does not.

Each alternative runs the same functions as the analysis itself on the same values, with one choice changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from poems_report.analysis.agreement import observed_results
from poems_report.analysis.association import correlation_results, rank_results
from poems_report.analysis.change import changes_of
from poems_report.analysis.cohort import day_after_results
from poems_report.analysis.columns import NONE, Values
from poems_report.analysis.patients import patients_of, reference_of
from poems_report.analysis.phases import pairs_of
from poems_report.analysis.response import cutoff_of
from poems_report.analysis.response_counts import last_response_results
from poems_report.analysis.results import Result
from poems_report.study.config import PHASES, PROFILES, StudyConfig

MAIN = "main"
ZEROS, CENSORED, PROFILE, LEAVE_OUT = "zeros", "censored", "profile", "leave_out"
SUBSTITUTES = {"limit": 1.0, "half": 0.5, "root_half": 1 / sqrt(2)}
# Beyond so many patients none of them can matter alone, and each would cost a whole analysis.
MOST_LEFT_OUT = 50


@dataclass(frozen=True)
class Sensitivity:
    """One main result under one choice.

    Attributes:
        key: key of the result.
        kind: the choice that was changed: `main` (none), `zeros` (convention of the signed rank test), `censored`
            (what stands for a value below a limit), `profile` (cut-off of the reference marker, for its response
            and as its ULN) or `leave_out` (a patient).
        choice: the alternative: `pratt`; `limit`, `half`, `root_half`; the name of a profile; the patient's id.
        estimate: as in `Result`, like all fields below.
    """

    key: str
    kind: str
    choice: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    level: float | None
    p: float | None
    p_floor: float | None
    n: int | None
    of: int | None
    method: str
    reason: str


def sensitivity(
    values: Values, config: StudyConfig, results: Mapping[str, Result]
) -> tuple[Sensitivity, ...]:
    """The main results under each alternative, ordered by result, then by choice.

    The main results: change to the day after (by marker), correlation within and between patients and in rank by
    phase, agreement by phase and over patients, complete response at the last value that counts.

    Args:
        values: every reported value.
        config: settings of the study.
        results: those of the analysis itself, which give the rows of kind `main`.
    """
    rows = [
        _row(key, kind, choice, one)
        for kind, choice, found in _alternatives(values, config, results)
        for key, one in found.items()
    ]
    order = {key: place for place, key in enumerate(main_keys(config))}
    return tuple(sorted((one for one in rows if one.key in order), key=lambda one: order[one.key]))


def main_keys(config: StudyConfig) -> list[str]:
    """Keys of the main results, in the order of the table."""
    changes = [f"day_after.{marker}.log2" for marker in config.markers]
    if config.pair is None:
        return [*changes, "response.complete"]
    pair = "_".join(config.pair)
    return [
        *changes,
        f"within.{pair}.r",
        f"between.{pair}.r",
        *(f"phase.{phase}.{pair}.tau" for phase in PHASES),
        *(f"agreement.{phase}" for phase in PHASES),
        "agreement.patients",
        "response.complete",
    ]


def _alternatives(
    values: Values, config: StudyConfig, results: Mapping[str, Result]
) -> Iterator[tuple[str, str, dict[str, Result]]]:
    main = {key: results[key] for key in main_keys(config)}
    yield MAIN, "", main
    yield ZEROS, "pratt", day_after_results(config.markers, changes_of(values, ()), zeros="pratt")
    for choice in SUBSTITUTES:
        yield CENSORED, choice, _substituted(values, config, choice)
    for profile in PROFILES:
        if profile != config.response_profile:
            yield PROFILE, profile, _profile(values, config, profile)
    if len(values.ids) > MOST_LEFT_OUT:
        reason = f"{len(values.ids)} patients: leaving out one in turn is done up to {MOST_LEFT_OUT}"
        yield (
            LEAVE_OUT,
            "",
            {key: Result(None, one.method, n=one.n, reason=reason) for key, one in main.items()},
        )
        return
    for place, name in enumerate(values.ids):
        yield LEAVE_OUT, name, _main(values.without(place), config)


def _main(values: Values, config: StudyConfig) -> dict[str, Result]:
    pairs = pairs_of(values, config)
    patients = patients_of(values, pairs, config)
    return {
        **day_after_results(config.markers, patients.changes),
        **correlation_results(pairs, config),
        **rank_results(patients.of_phase, config),
        **observed_results(patients, config),
        **last_response_results(patients),
    }


def _substituted(values: Values, config: StudyConfig, choice: str) -> dict[str, Result]:
    """Changes and correlations with a number in the place of each value below a limit; levels stay as they are.

    In the analysis itself the limit stands for such a value in changes and in the correlations within and between
    patients, and only the ranks know it as censored; so `limit` is an alternative for the ranks alone.
    """
    share = np.where(values.censored < 0, SUBSTITUTES[choice], 1.0)
    other = replace(values, value=values.value * share)
    pairs = replace(
        pairs_of(values, config),
        **{role: getattr(pairs_of(other, config), role) for role in ("reference", "candidate")},
    )
    numbers = replace(
        pairs,
        reference_censored=np.maximum(pairs.reference_censored, 0),
        candidate_censored=np.maximum(pairs.candidate_censored, 0),
    )
    ranks = rank_results(numbers.last_of_phase(), config)
    if choice == "limit":
        return ranks
    changes = day_after_results(config.markers, changes_of(other, ()))
    return {**changes, **correlation_results(pairs, config), **ranks}


def _profile(values: Values, config: StudyConfig, profile: str) -> dict[str, Result]:
    """Agreement and response with another cut-off for the reference marker, where it belongs to its matrix."""
    cutoff = cutoff_of(config, profile)
    reference = reference_of(config)
    own = values.marker == (values.markers.index(reference) if reference in values.markers else NONE)
    measured_in = {values.kits[kit][0] for kit in np.unique(values.kit[own]).tolist()}
    keys = [key for key in main_keys(config) if key.startswith(("agreement.", "response."))]
    others = " or ".join(sorted(measured_in - {cutoff.matrix}))
    if cutoff.matrix and others:
        reason = f"the cut-off belongs to {cutoff.matrix}, not to {others}"
        return {key: Result(None, f"response profile {profile}", reason=reason) for key in keys}
    if cutoff.value is not None:
        values = replace(values, uln=np.where(own, cutoff.value, values.uln))
    patients = patients_of(values, pairs_of(values, config), config, profile)
    return {**observed_results(patients, config), **last_response_results(patients)}


def _row(key: str, kind: str, choice: str, one: Result) -> Sensitivity:
    return Sensitivity(
        key=key,
        kind=kind,
        choice=choice,
        estimate=one.estimate,
        ci_low=one.ci_low,
        ci_high=one.ci_high,
        level=one.level,
        p=one.p,
        p_floor=one.p_floor,
        n=one.n,
        of=one.of,
        method=one.method,
        reason=one.reason,
    )
