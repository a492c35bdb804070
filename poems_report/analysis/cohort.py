"""Who was measured, when, and how the markers moved from before infusion to the day after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from poems_report.analysis.change import DAY_AFTER
from poems_report.analysis.results import Change, PatientResult, Result, reason_of

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.study import Study


def group_of(infused: bool, rows: pd.DataFrame) -> str:
    """When a patient was tested: one of the groups of `PatientResult`."""
    days = rows.loc[rows["value"].notna(), "day"]
    if not len(days):
        return "not_tested"
    if not infused:
        return "diagnosis"
    before, after = bool((days <= 0).any()), bool((days > 0).any())
    return "before_and_after" if before and after else "before_only" if before else "after_only"


def cohort_results(
    study: Study, patients: Mapping[str, PatientResult], pairs: pd.DataFrame, of_phase: pd.DataFrame
) -> dict[str, Result]:
    """Counts of patients, visits and measurements, and the group of each patient."""
    measured = study.measurements[study.measurements["value"].notna()]
    everyone = len(study.patients)
    groups = [one.group for one in patients.values()]
    infused = of_phase["patient_id"].map(_infused(study)).to_numpy(dtype=bool)
    pre = of_phase[(of_phase["phase"] == "active").to_numpy(dtype=bool) & infused]
    counts: dict[str, tuple[int, int | None, str]] = {
        "patients.n": (everyone, None, "patients of the study"),
        "patients.both_markers": (
            pairs["patient_id"].nunique(),
            everyone,
            "patients with both markers on one day",
        ),
        "phases.n": (of_phase["phase"].nunique(), None, "phases with at least one visit of both markers"),
        "measurements.n": (len(measured), None, "measurements with a value"),
        "measurements.censored": (int((measured["censored"] != 0).sum()), len(measured), "values at a limit"),
        "measurements.missing": (
            len(study.measurements) - len(measured),
            len(study.measurements),
            "measurements without a value",
        ),
        "visits.paired": (len(pairs), None, "visits with both markers"),
        "before.n": (len(pre), everyone, "infused patients with both markers before infusion"),
        "before.both_raised": (
            int(((pre["reference_raised"] == 1) & (pre["candidate_raised"] == 1)).sum()),
            len(pre),
            "of them, with both markers above their ULN",
        ),
        "after_only.n": (groups.count("after_only"), everyone, "patients tested after infusion only"),
        "after_only.concordant": (
            sum(one.group == "after_only" and one.concordant is True for one in patients.values()),
            groups.count("after_only"),
            "of them, concordant in every phase",
        ),
        "diagnosis.n": (
            groups.count("diagnosis"),
            everyone,
            "patients tested at diagnosis, without infusion",
        ),
    }
    found = {
        key: Result(number, method, n=everyone, of=total) for key, (number, total, method) in counts.items()
    }
    return found | _ranks(study, measured)


def _infused(study: Study) -> dict[str, bool]:
    return dict(zip(study.patients["patient_id"], study.patients["infusion"] == "yes", strict=True))


def _ranks(study: Study, measured: pd.DataFrame) -> dict[str, Result]:
    """Rank of the highest value found at diagnosis among the highest values of all patients; 1 is the highest."""
    at_diagnosis = [name for name, infused in _infused(study).items() if not infused]
    found = {}
    for marker in study.config.markers:
        highest = measured[measured["marker"] == marker].groupby("patient_id")["value"].max()
        own = highest[highest.index.isin(at_diagnosis)]
        method = "rank of the highest value at diagnosis among the patients' highest values; 1 is the highest"
        found[f"diagnosis.{marker}.rank"] = (
            Result(float((highest > own.max()).sum() + 1), method, n=len(highest))
            if len(own)
            else Result(None, method, n=len(highest), reason="no patient tested at diagnosis")
        )
    return found


def day_after_results(study: Study, patients: Mapping[str, PatientResult]) -> dict[str, Result]:
    """Change of each marker from the last value before infusion to the day after, over patients.

    The estimate is the Hodges-Lehmann pseudo-median of the patients' log2 ratios with its exact interval, and the
    exact signed-rank p; the geometric mean ratio describes it. Two censored values are left out.
    """
    found: dict[str, Result] = {}
    for marker in study.config.markers:
        changes = [one.change(marker, "day_after") for one in patients.values()]
        told = [one for one in changes if one is not None and one.bound != "?"]
        found |= _day_after(marker, told)
    return found


def _day_after(marker: str, changes: list[Change]) -> dict[str, Result]:
    import numpy as np

    from poems_report.stats import signed_rank

    n = len(changes)
    halved = sum(one.percent < -50 for one in changes)
    what = f"last value before infusion to day {DAY_AFTER}"
    found = {
        f"day_after.{marker}.halved": Result(
            halved, f"patients with less than half of it: {what}", n=n, of=n
        ),
    }
    keys = (f"day_after.{marker}.log2", f"day_after.{marker}.ratio")
    if not changes:
        reason = "no patient with a value before infusion and on the day after"
        return found | {key: Result(None, what, n=0, reason=reason) for key in keys}
    log2 = np.array([one.log2 for one in changes])
    bounded = sum(one.bound != "" for one in changes)
    note = f"{bounded} of {n} changes rest on a value at a limit" if bounded else ""
    test = signed_rank(log2)
    found[keys[0]] = Result(
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
    )
    found[keys[1]] = Result(float(2 ** log2.mean()), f"geometric mean ratio, {what}", n=n, note=note)
    return found
