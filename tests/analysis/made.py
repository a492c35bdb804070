"""Paired visits written by hand."""

from __future__ import annotations

import numpy as np

from poems_report.analysis.phases import Pairs


def pairs(rows, infused=None):
    """Visits written as (patient, day, reference raised, candidate raised)."""
    rows = sorted(rows)
    patient, day, one, other = (np.array([row[place] for row in rows], dtype=np.int64) for place in range(4))
    count = int(patient.max()) + 1 if rows else 0
    level = np.ones(len(rows))
    zero = np.zeros(len(rows), dtype=np.int64)
    return Pairs(
        ids=tuple(f"P{number}" for number in range(count)),
        infused=np.ones(count, dtype=bool) if infused is None else np.array(infused),
        patient=patient,
        day=day,
        phase=zero,
        reference=level,
        candidate=level,
        reference_censored=zero,
        candidate_censored=zero,
        reference_raised=one,
        candidate_raised=other,
    )
