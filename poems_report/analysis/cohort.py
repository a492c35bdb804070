"""Who was measured, when, and how the markers moved from before infusion to the day after and to each landmark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from poems_report.analysis.change import DAY_AFTER, Changes, ends_of
from poems_report.analysis.columns import Floats, Values, distinct, starts_of
from poems_report.analysis.conventions import CONVENTIONS
from poems_report.analysis.landmarks import Landmark
from poems_report.analysis.patients import GROUPS, Patients
from poems_report.analysis.phases import Pairs
from poems_report.analysis.results import Result, reason_of, test_of

if TYPE_CHECKING:
    from poems_report.study import Study

HALVED = float(np.log2(CONVENTIONS["day_after"]["halved"]))
# Beyond so many changes the exploratory ones are estimated from this many, drawn at random, and say so.
MOST_EXPLORED = 2_000


def cohort_results(study: Study, patients: Patients, pairs: Pairs) -> dict[str, Result]:
    """Counts of patients, visits and measurements, and the group of each patient."""
    everyone, rows = len(patients), len(study.measurements)
    measured = patients.measured
    groups = dict(zip(GROUPS, np.bincount(patients.groups, minlength=len(GROUPS)).tolist(), strict=True))
    after_only = patients.groups == GROUPS.index("after_only")
    of_phase = patients.of_phase
    pre = of_phase.in_phase("active")
    pre = pre.where(pre.infused[pre.patient])
    counts: dict[str, tuple[int, int | None, str]] = {
        "patients.n": (everyone, None, "patients of the study"),
        "patients.both_markers": (
            len(starts_of(pairs.patient)),
            everyone,
            "patients with both markers on one day",
        ),
        "phases.n": (
            len(distinct(of_phase.phase)),
            None,
            "phases with at least one visit of both markers",
        ),
        "measurements.n": (len(measured), None, "measurements with a value"),
        "measurements.censored": (
            int(np.count_nonzero(measured.censored)),
            len(measured),
            "values at a limit",
        ),
        "measurements.missing": (rows - len(measured), rows, "measurements without a value"),
        "visits.paired": (len(pairs), None, "visits with both markers"),
        "before.n": (len(pre), everyone, "infused patients with both markers before infusion"),
        "before.both_raised": (
            int(np.count_nonzero((pre.reference_raised == 1) & (pre.candidate_raised == 1))),
            len(pre),
            "of them, with both markers above their ULN",
        ),
        "after_only.n": (groups["after_only"], everyone, "patients tested after infusion only"),
        "after_only.concordant": (
            int(np.count_nonzero(after_only & (patients.concordance == 1))),
            groups["after_only"],
            "of them, concordant in every phase",
        ),
        "after_only.discordant": (
            int(np.count_nonzero(after_only & (patients.concordance == 0))),
            groups["after_only"],
            "of them, discordant in one phase or more",
        ),
        "diagnosis.n": (groups["diagnosis"], everyone, "patients tested at diagnosis, without infusion"),
    }
    found = {
        key: Result(number, method, n=everyone, of=total) for key, (number, total, method) in counts.items()
    }
    for marker in study.config.markers:
        found[f"diagnosis.{marker}.rank"] = _rank(measured.of_marker(marker))
    return found


def _rank(own: Values) -> Result:
    """Rank of the highest value found at diagnosis among the highest values of all patients; 1 is the highest.

    Not estimable where a value at a limit leaves open who is higher.
    """
    method = "rank of the highest value at diagnosis among the patients' highest values; 1 is the highest"
    starts = starts_of(own.patient)
    n = len(starts)
    at_diagnosis = ~own.infused[own.patient[starts]] if n else np.zeros(0, dtype=np.bool_)
    if not at_diagnosis.any():
        return Result(None, method, n=n, reason="no patient tested at diagnosis")
    # Above a limit is more than the limit, below it less.
    floor = np.where(own.censored > 0, np.nextafter(own.value, np.inf), own.value)
    ceiling = np.where(own.censored < 0, np.nextafter(own.value, 0.0), own.value)
    least = np.maximum.reduceat(np.where(own.censored < 0, 0.0, floor), starts)
    most = np.maximum.reduceat(np.where(own.censored > 0, np.inf, ceiling), starts)
    certain = np.count_nonzero(least[~at_diagnosis] > most[at_diagnosis].max())
    possible = np.count_nonzero(most[~at_diagnosis] > least[at_diagnosis].max())
    if certain < possible:
        return Result(None, method, n=n, reason="a value at a limit leaves open which is higher")
    return Result(float(certain + 1), method, n=n)


def day_after_results(
    markers: Iterable[str], changes: Mapping[tuple[str, str], Changes], zeros: str = "wilcox"
) -> dict[str, Result]:
    """Change of each marker from the last value before infusion to the day after: early kinetics, no response.

    The estimate is the Hodges-Lehmann pseudo-median of the patients' log2 ratios with its exact interval, and the
    exact signed-rank p; the geometric mean ratio describes it. Two censored values are left out.

    Keys: `day_after.<marker>.halved`, `.log2` and `.ratio`.
    """
    found: dict[str, Result] = {}
    what = f"last value before infusion to day {DAY_AFTER}"
    missing = "no patient with a value before infusion and on the day after"
    for marker in markers:
        one = changes.get((marker, "day_after"))
        log2 = one.log2 if one else np.zeros(0)
        halved = int(np.count_nonzero(ends_of(one)[1] < HALVED)) if one else 0
        method = f"patients with less than half of it: {what}"
        found[f"day_after.{marker}.halved"] = Result(halved, method, n=len(log2), of=len(log2))
        found |= _change(f"day_after.{marker}", log2, one, what, missing, zeros)
    return found


def landmark_results(
    markers: Iterable[str],
    changes: Mapping[tuple[str, str], Changes],
    landmarks: tuple[Landmark, ...],
) -> dict[str, Result]:
    """Change of each marker from the last value before infusion to each landmark; exploratory.

    Keys: `change.<landmark>.<marker>.log2` and `.ratio`, as for the day after.
    """
    found: dict[str, Result] = {}
    for landmark in landmarks:
        what = f"last value before infusion to the value nearest to day {landmark.day}"
        what += f" ({landmark.first} to {landmark.last})"
        missing = f"no patient with a value before infusion and from day {landmark.first} to {landmark.last}"
        for marker in markers:
            one = changes.get((marker, landmark.name))
            log2 = one.log2 if one else np.zeros(0)
            key = f"change.{landmark.name}.{marker}"
            drawn = _drawn(log2)
            told = (
                what
                if len(drawn) == len(log2)
                else f"{what}; {len(drawn)} of {len(log2)} patients at random (seed 0)"
            )
            found |= _change(key, drawn, one, told, missing, exploratory=True)
    return found


def _drawn(log2: Floats) -> Floats:
    if len(log2) <= MOST_EXPLORED:
        return log2
    return np.random.default_rng(0).choice(log2, MOST_EXPLORED, replace=False)


def _change(
    key: str,
    log2: Floats,
    one: Changes | None,
    what: str,
    missing: str,
    zeros: str = "wilcox",
    exploratory: bool = False,
) -> dict[str, Result]:
    from poems_report.stats import signed_rank

    n = len(log2)
    keys = (f"{key}.log2", f"{key}.ratio")
    if not n:
        empty = Result(None, what, n=0, reason=_unknown(one) or missing, exploratory=exploratory)
        return dict.fromkeys(keys, empty)
    note = _note(one) if one else ""
    test = signed_rank(log2, zeros=zeros)
    return {
        keys[0]: Result(
            test.estimate,
            f"Hodges-Lehmann estimate of the log2 ratio, {what}; {test.method}",
            n=n,
            ci_low=test.ci_low,
            ci_high=test.ci_high,
            level=test.level,
            p=test.p,
            p_floor=test.p_floor,
            unit="log2",
            reason=reason_of(test),
            note=note,
            exploratory=exploratory,
            test="" if test.p is None else test_of(test.method),
        ),
        keys[1]: Result(
            float(2 ** log2.mean()),
            f"geometric mean ratio, {what}",
            n=n,
            note=note,
            exploratory=exploratory,
        ),
    }


def _note(one: Changes) -> str:
    """What a reader must know of the changes: values at a limit, and patients who are left out."""
    told = (
        (one.bounded, f"{one.bounded} of {len(one.log2)} changes rest on a value at a limit"),
        (one.hidden, f"left out, both values at limits: {one.hidden}"),
        (one.uncompared, f"left out, another matrix or assay: {one.uncompared}"),
    )
    return "; ".join(text for number, text in told if number)


def _unknown(one: Changes | None) -> str:
    """Why none of the changes is known though patients have both values; empty where none has."""
    return f"no change is known; {_note(one)}" if one and (one.hidden or one.uncompared) else ""
