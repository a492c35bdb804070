"""How many patients responded, at the last value that counts and at each landmark."""

from __future__ import annotations

import numpy as np

from poems_report.analysis.columns import NONE, Ints
from poems_report.analysis.patients import Patients
from poems_report.analysis.response import CATEGORIES, NOT_EVALUABLE
from poems_report.analysis.results import Result


def last_response_results(patients: Patients) -> dict[str, Result]:
    """Patients by response at the last value that counts: the first keys of `response_results`."""
    infused = int(np.count_nonzero(patients.measured.infused))
    return _counts("response", patients.responses.last(), infused, "the last value that counts", False)


def response_results(patients: Patients) -> dict[str, Result]:
    """Patients by response of the reference marker; the day after infusion never counts.

    Keys: `response.evaluable` and `response.<category>` at the last value that counts,
    `response.<landmark>.evaluable` and `response.<landmark>.<category>` at each landmark. The categories are
    `complete`, `partial`, `none` and `progression`, each a count of the evaluable patients.
    """
    responses = patients.responses
    infused = int(np.count_nonzero(patients.measured.infused))
    found = last_response_results(patients)
    for one in patients.landmarks:
        rows = patients.landmark_rows(one)
        told = responses.categories(rows[rows != NONE])
        where = f"the value nearest to day {one.day} ({one.first} to {one.last})"
        found |= _counts(f"response.{one.name}", told, infused, where, True)
    return found


def _counts(key: str, told: Ints, infused: int, where: str, exploratory: bool) -> dict[str, Result]:
    counts = dict(zip(CATEGORIES, np.bincount(told, minlength=len(CATEGORIES)).tolist(), strict=True))
    counts.pop(NOT_EVALUABLE)
    evaluable = sum(counts.values())
    found = {
        f"{key}.evaluable": Result(
            evaluable,
            f"infused patients whose response is evaluable at {where}",
            n=infused,
            of=infused,
            exploratory=exploratory,
        )
    }
    for name, number in counts.items():
        method = f"of them, response: {name}"
        found[f"{key}.{name}"] = Result(number, method, n=evaluable, of=evaluable, exploratory=exploratory)
    return found
