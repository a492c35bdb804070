"""The main results under other choices: what changes, what does not.

Each alternative runs the same functions as the analysis itself on the same values, with one choice changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from poems_report.analysis.agreement import observed_results
from poems_report.analysis.association import linear_results, rank_results
from poems_report.analysis.cohort import day_after_results
from poems_report.analysis.columns import Values, distinct
from poems_report.analysis.patients import Patients, patients_of
from poems_report.analysis.phases import Pairs, pairs_of, raised
from poems_report.analysis.response import cutoff_of, responses_of
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

    @property
    def value(self) -> float | None:
        """The estimate, a count of a total as a share."""
        if self.estimate is None or self.of is None:
            return self.estimate
        return self.estimate / self.of if self.of else None


def sensitivity(
    patients: Patients, pairs: Pairs, config: StudyConfig, results: Mapping[str, Result]
) -> tuple[Sensitivity, ...]:
    """The main results under each alternative, ordered by result, then by choice.

    The main results: change to the day after (by marker), correlation within and between patients and in rank by
    phase, agreement by phase and over patients, complete response at the last value that counts.

    Args:
        patients: of the analysis itself.
        pairs: visits with both compared markers.
        config: settings of the study.
        results: those of the analysis itself, which give the rows of kind `main`.
    """
    rows = [
        _row(key, kind, choice, one)
        for kind, choice, found in _alternatives(patients, pairs, config, results)
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
    patients: Patients, pairs: Pairs, config: StudyConfig, results: Mapping[str, Result]
) -> Iterator[tuple[str, str, dict[str, Result]]]:
    main = {key: results[key] for key in main_keys(config)}
    yield MAIN, "", main
    yield ZEROS, "pratt", day_after_results(config.markers, patients.changes, zeros="pratt")
    for choice, share in SUBSTITUTES.items():
        yield CENSORED, choice, _substituted(patients, pairs, config, main, choice, share)
    for profile in PROFILES:
        if profile != config.response_profile:
            yield PROFILE, profile, _profile(patients, pairs, config, profile)
    many = len(patients)
    if many > MOST_LEFT_OUT:
        reason = f"{many} patients: leaving out one in turn is done up to {MOST_LEFT_OUT}"
        yield (
            LEAVE_OUT,
            "",
            {key: Result(None, one.method, n=one.n, reason=reason) for key, one in main.items()},
        )
        return
    for place, name in enumerate(patients):
        yield LEAVE_OUT, name, _without(patients.measured.without(place), config)


def _without(values: Values, config: StudyConfig) -> dict[str, Result]:
    pairs = pairs_of(values, config)
    patients = patients_of(values, pairs, config)
    return {
        **day_after_results(config.markers, patients.changes),
        **linear_results(pairs, config),
        **rank_results(patients.of_phase, config),
        **observed_results(patients, config),
        **last_response_results(patients),
    }


def _substituted(
    patients: Patients,
    pairs: Pairs,
    config: StudyConfig,
    main: Mapping[str, Result],
    choice: str,
    share: float,
) -> dict[str, Result]:
    """Changes and correlations with a number in the place of each value below a limit; levels stay as they are.

    In the analysis itself the limit stands for such a value in changes and in the correlations within and between
    patients, and only the ranks know it as censored; so `limit` is an alternative for the ranks alone.
    """
    ranks = _ranks(_replaced(patients.of_phase, share), config)
    if choice == "limit":
        return ranks
    lowered = {
        key: replace(one, values=_lowered(one.values, share))
        for key, one in patients.changes.items()
        if one.kind == "day_after" and one.bounded
    }
    changes = {key: one for key, one in main.items() if key.startswith("day_after.")}
    changes |= day_after_results([marker for marker, _ in lowered], lowered)
    return {**changes, **linear_results(_replaced(pairs, share), config), **ranks}


def _ranks(of_phase: Pairs, config: StudyConfig) -> dict[str, Result]:
    """The ranks with every value below a limit as measured."""
    sides = {
        f"{role}_censored": np.maximum(getattr(of_phase, f"{role}_censored"), 0)
        for role in ("reference", "candidate")
    }
    return rank_results(replace(of_phase, **sides), config)


def _replaced(pairs: Pairs, share: float) -> Pairs:
    sides = {
        role: getattr(pairs, role) * np.where(getattr(pairs, f"{role}_censored") < 0, share, 1.0)
        for role in ("reference", "candidate")
    }
    return replace(pairs, **sides)


def _lowered(values: Values, share: float) -> Values:
    return replace(values, value=values.value * np.where(values.censored < 0, share, 1.0))


def _profile(patients: Patients, pairs: Pairs, config: StudyConfig, profile: str) -> dict[str, Result]:
    """Agreement and response with another cut-off for the reference marker, where it belongs to its matrix."""
    cutoff = cutoff_of(config, profile)
    own = patients.responses.course.values
    others = {own.kits[kit][0] for kit in distinct(own.kit)} - {cutoff.matrix}
    if cutoff.matrix and others:
        reason = f"the cut-off belongs to {cutoff.matrix}, not to {' or '.join(sorted(others))}"
        keys = [key for key in main_keys(config) if key.startswith(("agreement.", "response."))]
        return {key: Result(None, f"response profile {profile}", reason=reason) for key in keys}
    if cutoff.value is not None:
        limit = np.full(len(pairs), cutoff.value)
        state = raised(pairs.reference, pairs.reference_censored, limit).astype(np.int64)
        pairs = replace(pairs, reference_raised=state)
    changed = replace(
        patients,
        of_phase=pairs.last_of_phase(),
        responses=responses_of(patients.responses.course, cutoff, config.response),
    )
    return {**observed_results(changed, config), **last_response_results(changed)}


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
