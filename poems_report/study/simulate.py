"""Draws a study of any size from a stated model, so that estimators can be tried against true values.

The model. Patient i, visit j, marker m (1 the reference, 2 the candidate), on the natural logarithm:

    y_ijm = mean_m + shift_m,phase(j) + b_im + e_ijm
    (b_i1, b_i2) ~ N(0, between_sd_1, between_sd_2, correlation between_r)       once a patient
    (e_ij1, e_ij2) ~ N(0, within_sd_1, within_sd_2, correlation within_r)        anew at every visit

The phase is active up to day 0, early to day 100, late after it; `shift` of active is 0. Values are exp(y), rounded
as the laboratory rounds, and reported as `<lower` or `>upper` outside of the assay's range.

Visits. A share `not_infused` of the patients has one visit, at diagnosis, day 0. The others are seen on the days of
a schedule: 7 days before infusion, on days 1, 30, 90, 180, 360 and every 180 days after it, each but day 1 moved by
up to 5 days. A share `after_only` of them misses the visits before day 30. Each visit is missed with probability
`missed_visit`, each marker of a visit held (its sample lost) with probability `missed_value`; both at random and
independent of the values. A patient who misses all visits keeps the last one.

Events: conditioning, infusion, steroid and engraftment of every infused patient, an infection in some; none of them
moves a marker.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from poems_report.errors import UsageError
from poems_report.study.folder import refuse_filled, write_files
from poems_report.study.simulated_patients import events_csv, patients_csv

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRUTH = "truth.json"
MOST_PATIENTS, MOST_VISITS = 1_000_000, 200
_FIRST_DAYS = (-7, 1, 30, 90, 180, 360)
_LAST_ACTIVE, _LAST_EARLY = 0, 100


@dataclass(frozen=True)
class MarkerModel:
    """One marker; `mean`, `early` and `late` are on the natural logarithm of the unit.

    Attributes:
        mean: mean in active disease.
        early: shift of the mean in the early phase, `late` in the late one.
        between_sd: standard deviation of the patients' own levels.
        within_sd: standard deviation of a patient's values around the own level.
        decimals: digits that the laboratory reports.
        lower: lower limit of detection, `upper` the upper one.
    """

    name: str
    label: str
    assay: str
    uln: float
    mean: float
    early: float
    late: float
    between_sd: float
    within_sd: float
    decimals: int
    lower: float
    upper: float
    loinc: str = ""


@dataclass(frozen=True)
class Model:
    """The parameters that a study is drawn from; the defaults are invented, close to the illustrative study."""

    reference: MarkerModel = MarkerModel(
        "vegf", "VEGF", "ELISA", 1000.0, 8.2, -1.7, -1.9, 0.35, 0.30, 0, 31.0, 20000.0, "75628-8"
    )
    candidate: MarkerModel = MarkerModel(
        "il6", "IL-6", "Elecsys", 7.0, 3.6, -1.8, -1.9, 0.45, 0.40, 1, 1.5, 5000.0, "26881-3"
    )
    between_r: float = 0.5
    within_r: float = 0.6
    not_infused: float = 0.05
    after_only: float = 0.3
    missed_visit: float = 0.1
    missed_value: float = 0.03


@dataclass(frozen=True, eq=False)
class Simulated:
    """A drawn study before it is written: one element a visit that took place, patients in order.

    Attributes:
        patient: number of the patient, from 0.
        day: day of the visit.
        log_values: shape (visits, 2), the logarithm before rounding and limits; NaN where the sample was lost.
        infused: shape (patients,).
    """

    model: Model
    seed: int
    patient: NDArray[np.int64]
    day: NDArray[np.int64]
    log_values: NDArray[np.float64]
    infused: NDArray[np.bool_]


def simulate(patients: int, seed: int, visits: int = 6, model: Model | None = None) -> Simulated:
    """Draw patients, visits and values; the same arguments give the same study.

    Raises:
        UsageError: fewer than 1 or more than a million patients, fewer than 1 or more than 200 visits, or a
            negative seed.
    """
    if not (1 <= patients <= MOST_PATIENTS and 1 <= visits <= MOST_VISITS and seed >= 0):
        raise UsageError(f"patients 1 to {MOST_PATIENTS}, visits 1 to {MOST_VISITS}, seed from 0")
    model = model or Model()
    rng = np.random.default_rng(seed)
    infused = rng.random(patients) >= model.not_infused
    day, held = _visits(rng, model, infused, visits)
    levels = _pairs(rng, (patients,), model, between=True)
    noise = _pairs(rng, (patients, visits), model, between=False)
    values = _means(model, day) + levels[:, None, :] + noise
    values[rng.random(values.shape) < model.missed_value] = np.nan
    patient = np.broadcast_to(np.arange(patients)[:, None], held.shape)
    return Simulated(model, seed, patient[held], day[held], values[held], infused)


def write_simulated(
    folder: Path, patients: int, seed: int, visits: int = 6, model: Model | None = None
) -> Simulated:
    """Draw a study and write its folder, with the true values beside it in `truth.json`.

    Raises:
        UsageError: as `simulate`.
        StudyError: the folder is not empty.
    """
    refuse_filled(folder)
    drawn = simulate(patients, seed, visits, model)
    write_files(folder, study_files(drawn))
    return drawn


def study_files(drawn: Simulated) -> dict[str, bytes]:
    """The files of the study folder by name."""
    names, rng = _names(len(drawn.infused)), np.random.default_rng([drawn.seed, 1])
    return {
        "study.yml": _settings(drawn),
        "measurements.csv": _measurements_csv(drawn, names),
        "patients.csv": patients_csv(rng, names, drawn.infused),
        "events.csv": events_csv(rng, names, drawn.infused, int(drawn.day.max())),
        TRUTH: (json.dumps(truth(drawn), indent=2, allow_nan=False) + "\n").encode(),
    }


def truth(drawn: Simulated) -> dict[str, Any]:
    """The true value of every parameter, and of what an estimator aims at in this design.

    `rm_corr` is the correlation within patients over all phases: the shifts between phases move both markers, so
    it differs from `within_r`, which holds within one phase. It is the expected cross-product of the deviations from
    the patient's mean over the square root of the expected squares, given the visits with both values.
    """
    model = drawn.model
    both = ~np.isnan(drawn.log_values).any(axis=1)
    patient, mean = drawn.patient[both], _means(model, drawn.day[both])
    n = np.bincount(patient, minlength=len(drawn.infused))
    centre = np.stack([np.bincount(patient, mean[:, m], len(n)) for m in range(2)], axis=1)
    apart = mean - (centre / np.maximum(n, 1)[:, None])[patient]
    freedom = float(np.maximum(n - 1, 0).sum())
    sd = np.array([model.reference.within_sd, model.candidate.within_sd])
    squares = freedom * sd**2 + (apart**2).sum(axis=0)
    product = freedom * model.within_r * sd.prod() + apart.prod(axis=1).sum()
    return {
        "schema": 1,
        "model": "log-normal, random intercepts; see the documentation of poems_report.study.simulate",
        "seed": drawn.seed,
        "patients": len(drawn.infused),
        "visits_held": len(drawn.day),
        "visits_with_both_values": int(both.sum()),
        "parameters": asdict(model),
        "estimands": {
            "rm_corr": float(product / np.sqrt(squares.prod())) if freedom else None,
            "rm_corr_within_phase": model.within_r,
            "between_corr_of_levels": model.between_r,
            "geometric_mean": {
                one.name: {
                    phase: float(np.exp(one.mean + shift))
                    for phase, shift in (("active", 0.0), ("early", one.early), ("late", one.late))
                }
                for one in (model.reference, model.candidate)
            },
        },
    }


def _visits(
    rng: np.random.Generator, model: Model, infused: NDArray[np.bool_], visits: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Day of every planned visit and whether it was held, both of shape (patients, visits)."""
    more = range(_FIRST_DAYS[-1] + 180, _FIRST_DAYS[-1] + 180 * (MOST_VISITS + 1), 180)
    plan = np.array([*_FIRST_DAYS, *more][:visits])
    moved = rng.integers(-5, 6, size=(len(infused), visits))
    day = np.where(plan == 1, 1, plan + moved)
    held = rng.random(day.shape) >= model.missed_visit
    held[(rng.random(len(infused)) < model.after_only)[:, None] & (plan < 30)] = False
    held[~held.any(axis=1), -1] = True
    day[~infused], held[~infused] = 0, np.arange(visits) == 0
    return day, held


def _pairs(
    rng: np.random.Generator, shape: tuple[int, ...], model: Model, between: bool
) -> NDArray[np.float64]:
    """Correlated normal pairs with the model's standard deviations, in the last axis."""
    one, other = model.reference, model.candidate
    sd = (one.between_sd, other.between_sd) if between else (one.within_sd, other.within_sd)
    r = model.between_r if between else model.within_r
    drawn = rng.standard_normal((*shape, 2))
    drawn[..., 1] = r * drawn[..., 0] + np.sqrt(1 - r**2) * drawn[..., 1]
    return np.asarray(drawn * np.array(sd))


def _means(model: Model, day: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean logarithm of both markers on each day, in the last axis."""
    late, early = day > _LAST_EARLY, (day > _LAST_ACTIVE) & (day <= _LAST_EARLY)
    markers = (model.reference, model.candidate)
    return np.stack([one.mean + one.early * early + one.late * late for one in markers], axis=-1)


def _names(patients: int) -> NDArray[np.str_]:
    """S1 to S<patients>, all of the same length."""
    width = max(4, len(str(patients)))
    return np.array([f"S{number:0{width}d}" for number in range(1, patients + 1)])


def _measurements_csv(drawn: Simulated, names: NDArray[np.str_]) -> bytes:
    """Each text of a marker is made once and spread by code: two million rows hold a few thousand texts."""
    markers = (drawn.model.reference, drawn.model.candidate)
    texts = np.stack([_reported(one, drawn.log_values[:, m]) for m, one in enumerate(markers)], axis=1)
    heads = np.char.add(np.char.add(names[drawn.patient], ","), drawn.day.astype(str))
    lines = [
        f"{head},{markers[0].name},{first}\n{head},{markers[1].name},{second}\n"
        for head, first, second in zip(
            heads.tolist(), texts[:, 0].tolist(), texts[:, 1].tolist(), strict=True
        )
    ]
    return ("patient_id,day,marker,value\n" + "".join(lines)).encode()


def _reported(marker: MarkerModel, logs: NDArray[np.float64]) -> NDArray[np.object_]:
    """Values as the laboratory reports them; empty where the sample was lost."""
    values = np.round(np.exp(np.nan_to_num(logs)), marker.decimals)
    distinct, code = np.unique(values, return_inverse=True)
    texts = np.array([f"{value:.{marker.decimals}f}" for value in distinct], dtype=object)
    texts[distinct < marker.lower] = f"<{marker.lower:g}"
    texts[distinct > marker.upper] = f">{marker.upper:g}"
    return np.where(np.isnan(logs), "", texts[code])


def _settings(drawn: Simulated) -> bytes:
    model = drawn.model
    content = {
        "title": "Simulated study of two markers around stem-cell infusion",
        "authors": [{"name": "POEMS Report, simulate", "affiliation": f"drawn with seed {drawn.seed}"}],
        "version": "1.0.0",
        "provenance": "illustrative",
        "phases": {
            "active": {"last": _LAST_ACTIVE},
            "early": {"first": _LAST_ACTIVE + 1, "last": _LAST_EARLY},
            "late": {"first": _LAST_EARLY + 1},
        },
        "compared": {"reference": model.reference.name, "candidate": model.candidate.name},
        "response_profile": "lab_uln",
        "markers": {
            one.name: {
                "label": one.label,
                "unit": "pg/mL",
                "matrix": "serum",
                "assay": one.assay,
                "uln": one.uln,
                "detection": {"lower": one.lower, "upper": one.upper},
                "loinc": one.loinc,
            }
            for one in (model.reference, model.candidate)
        },
    }
    head = f"# Simulated data: no value was measured in a patient. The true values stand in {TRUTH}.\n"
    return (head + yaml.safe_dump(content, sort_keys=False)).encode()
