"""The patients and events of a simulated study: attributes at random, none of which moves a marker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from poems_report.study.columns import CRITERIA, MANDATORY_CRITERIA
from poems_report.study.folder import csv_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AGE_BANDS = ("20-29", "30-39", "40-49", "50-59", "60-69", "70-79")
_AGE_SHARES = (0.03, 0.12, 0.25, 0.30, 0.22, 0.08)
_MPROTEINS = ("IgA lambda", "IgG lambda", "IgA kappa", "IgG kappa")
_MPROTEIN_SHARES = (0.55, 0.38, 0.03, 0.04)
_COMORBIDITIES = ("none known", "hypertension", "diabetes mellitus", "hypothyroidism")
_ANSWER_SHARES = (0.60, 0.33, 0.07)


def patients_csv(rng: np.random.Generator, names: NDArray[np.str_], infused: NDArray[np.bool_]) -> bytes:
    """`patients.csv`: both mandatory criteria are always met, the others are yes, no or not assessed at random."""
    n = len(names)
    columns = {
        "patient_id": names,
        "sex": rng.choice(("male", "female"), n, p=(0.6, 0.4)),
        "age_band": rng.choice(_AGE_BANDS, n, p=_AGE_SHARES),
        "infusion": np.where(infused, "yes", "no"),
        "mprotein": rng.choice(_MPROTEINS, n, p=_MPROTEIN_SHARES),
        **{
            name: np.full(n, "yes")
            if name in MANDATORY_CRITERIA
            else rng.choice(("yes", "no", "na"), n, p=_ANSWER_SHARES)
            for name in CRITERIA
        },
        "ecog": rng.choice(("0", "1", "2", "3"), n, p=(0.2, 0.45, 0.25, 0.1)),
        "onls": rng.integers(0, 13, n).astype(str),
        "comorbidity": rng.choice(_COMORBIDITIES, n, p=(0.6, 0.2, 0.1, 0.1)),
    }
    return csv_bytes(list(columns), zip(*(column.tolist() for column in columns.values()), strict=True))


def events_csv(
    rng: np.random.Generator, names: NDArray[np.str_], infused: NDArray[np.bool_], last_day: int
) -> bytes:
    """`events.csv`: the course of every infused patient, an infection after day 14 in one of seven."""
    n = len(names)
    engraftment = rng.integers(9, 15, n)
    infection = rng.integers(14, max(15, last_day) + 1, n)
    infected = rng.random(n) < 1 / 7
    rows: list[tuple[str, str, str, str]] = []
    for name, treated, engrafted, day, ill in zip(
        names.tolist(),
        infused.tolist(),
        engraftment.tolist(),
        infection.tolist(),
        infected.tolist(),
        strict=True,
    ):
        if not treated:
            rows.append((name, "0", "diagnosis", "active disease"))
            continue
        rows += [
            (name, "-2", "conditioning", "melphalan"),
            (name, "0", "infusion", "autologous stem cells"),
            (name, "0", "steroid", "premedication"),
            (name, str(engrafted), "engraftment", "neutrophils"),
        ]
        if ill:
            rows.append((name, str(day), "infection", "treated with antibiotics"))
    return csv_bytes(("patient_id", "day", "event", "detail"), rows)
