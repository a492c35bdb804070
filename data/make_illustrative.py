"""Makes the illustrative study: `python data/make_illustrative.py` writes the three tables beside this file.

Only the pattern is taken from the published abstract (Tomasso et al. 2022): how many patients, when they were
tested, and in which direction the markers moved. No value of a patient was published; every number below is
invented, spread by a seeded generator and rounded as a laboratory rounds.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SEED = 20220101
SPREAD = 0.10  # standard deviation of the natural logarithm of a value around its pattern
IL6_LOWER = 1.5  # lower limit of detection of the IL-6 assay, pg/mL
HERE = Path(__file__).resolve().parent
MISSING = None


@dataclass(frozen=True)
class Visit:
    """A visit with the centre of each marker, pg/mL; None where the sample was not tested."""

    day: int
    vegf: float | None
    il6: float | None
    comment: str = ""


PATTERN: dict[str, tuple[Visit, ...]] = {
    # before infusion, the day after, follow-up
    "P01": (
        Visit(-9, 3900, 41.0),
        Visit(1, 640, 5.1),
        Visit(30, 560, 4.2),
        Visit(92, 430, 3.0),
        Visit(184, 380, 2.2),
        Visit(371, 350, 1.2),
    ),
    "P02": (
        Visit(-14, 5600, 66.0),
        Visit(1, 810, 6.0),
        Visit(28, 690, 5.0),
        Visit(190, 520, 19.0, "fever, infection treated"),
        Visit(360, 610, 14.0),
    ),
    "P03": (
        Visit(-6, 2700, 27.0),
        Visit(1, 520, 3.9),
        Visit(33, 610, MISSING, "IL-6 sample haemolysed"),
        Visit(88, 470, 2.6),
        Visit(179, 400, 1.1),
    ),
    # after infusion only: two concordant
    "P04": (Visit(61, 520, 3.3), Visit(152, 410, 2.4), Visit(298, 330, 1.1), Visit(544, 340, 1.3)),
    "P05": (Visit(47, 2500, 23.0), Visit(203, 1750, 15.0), Visit(389, 1500, 12.0)),
    # after infusion only: two not
    "P06": (Visit(241, 1900, 2.7), Visit(423, 2400, 1.2), Visit(602, MISSING, 2.1, "VEGF not requested")),
    "P07": (Visit(186, 440, 17.0), Visit(377, 390, 24.0)),
    # at diagnosis
    "P08": (Visit(0, 11800, 210.0),),
}

PATIENTS = (
    # patient_id, sex, age_band, infusion, mprotein, then the criteria in the order of CRITERIA
    ("P01", "male", "50-59", "yes", "IgA lambda", "yes yes no yes yes yes yes yes yes no yes"),
    ("P02", "female", "40-49", "yes", "IgG lambda", "yes yes yes no yes yes yes yes yes yes yes"),
    ("P03", "male", "60-69", "yes", "IgA lambda", "yes yes no yes yes no yes no yes na no"),
    ("P04", "male", "50-59", "yes", "IgA lambda", "yes yes no yes yes yes no yes yes no yes"),
    ("P05", "female", "50-59", "yes", "IgG lambda", "yes yes na yes yes no yes yes no na yes"),
    ("P06", "male", "40-49", "yes", "IgA lambda", "yes yes yes na yes yes yes no yes yes no"),
    ("P07", "female", "60-69", "yes", "IgA lambda", "yes yes no yes na yes no yes yes no no"),
    ("P08", "male", "50-59", "no", "IgA lambda", "yes yes no yes yes yes yes yes yes yes yes"),
)
CRITERIA = (
    "polyneuropathy",
    "monoclonal_disorder",
    "castleman",
    "sclerotic_lesions",
    "vegf_elevation",
    "organomegaly",
    "volume_overload",
    "endocrinopathy",
    "skin_changes",
    "papilloedema",
    "thrombocytosis",
)
CLINICAL = {
    # ecog, onls, comorbidity, clinical, neuropathy, haematological, imaging, question
    "P01": (
        "1",
        "4",
        "none known",
        "improved (day +371)",
        "improved (day +371)",
        "complete (day +371)",
        "",
        "",
    ),
    "P02": (
        "1",
        "5",
        "hypothyroidism",
        "improved (day +360)",
        "stable (day +360)",
        "very good partial (day +360)",
        "",
        "IL-6 raised, VEGF normal after an infection: repeat when, and which marker leads?",
    ),
    "P03": ("0", "3", "none known", "improved (day +179)", "improved (day +179)", "", "", ""),
    "P04": (
        "0",
        "2",
        "hypertension",
        "improved (day +544)",
        "improved (day +544)",
        "complete (day +544)",
        "",
        "",
    ),
    "P05": (
        "2",
        "6",
        "diabetes mellitus",
        "stable (day +389)",
        "stable (day +389)",
        "partial (day +389)",
        "",
        "Both markers remain raised: is a further line of treatment indicated?",
    ),
    "P06": (
        "1",
        "4",
        "none known",
        "stable (day +423)",
        "improved (day +423)",
        "",
        "",
        "VEGF raised with normal IL-6: relapse or a false rise?",
    ),
    "P07": ("1", "3", "rheumatoid arthritis", "improved (day +377)", "improved (day +377)", "", "", ""),
    "P08": ("2", "7", "none known", "", "", "", "", "New diagnosis: candidate for transplant?"),
}
EVENTS = {
    **{
        patient: (
            (-2, "conditioning", "melphalan"),
            (0, "infusion", "autologous stem cells"),
            (0, "steroid", "premedication"),
            (engraftment, "engraftment", "neutrophils"),
        )
        for patient, engraftment in zip(
            ("P01", "P02", "P03", "P04", "P05", "P06", "P07"), (11, 12, 10, 13, 12, 11, 12), strict=True
        )
    },
    "P08": ((0, "diagnosis", "active disease"),),
}
MORE_EVENTS = {"P02": ((188, "infection", "treated with antibiotics"),)}


COMPANIONS: dict[str, tuple[tuple[int, float | None, float | None, float | None], ...]] = {
    # day, then the centre of platelets (10⁹/L), CRP (mg/L) and M-protein (g/L); None where not measured
    "P01": (
        (-9, 510, 8, 3.2),
        (1, 190, 19, None),
        (30, 160, 6, None),
        (92, 230, 3, 1.4),
        (184, 250, 2, None),
        (371, 260, 0.5, 0.5),
    ),
    "P02": (
        (-14, 560, 9, 5.8),
        (1, 230, 24, None),
        (28, 150, 7, None),
        (190, 330, 70, 1.3),
        (360, 280, 6, 1.2),
    ),
    "P03": ((-6, 310, 5, None), (1, 140, 16, None), (33, 170, None, None), (88, 220, 2, None)),
    "P05": ((47, 410, 6, 6.4), (203, 430, 7, 4.1), (389, 420, 7, 3.3)),
    "P08": ((0, 580, 11, 4.6),),
}
COMPANION_FORMS = (
    ("platelets", 0, 1.0),
    ("crp", 0, 1.0),
    ("mprotein_level", 1, 1.0),
)  # decimals, lower limit


def companion_rows() -> dict[tuple[str, int], list[list[str]]]:
    """Rows of the companions by patient and day, from a generator of their own: the markers' values stay."""
    rng = np.random.default_rng(SEED + 1)
    found: dict[tuple[str, int], list[list[str]]] = {}
    for patient, visits in COMPANIONS.items():
        for day, *centres in visits:
            noise = np.exp(rng.normal(0.0, SPREAD, size=len(centres)))
            found[patient, day] = [
                [patient, str(day), name, report(centre * factor, decimals, lower), ""]
                for (name, decimals, lower), centre, factor in zip(
                    COMPANION_FORMS, centres, noise, strict=True
                )
                if centre is not None
            ]
    return found


def report(value: float, decimals: int, lower: float) -> str:
    """A value as a laboratory reports it."""
    return f"<{lower:g}" if value < lower else f"{value:.{decimals}f}"


def write(name: str, header: list[str], rows: list[list[str]]) -> None:
    """One CSV file beside this script."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    """Write patients, measurements and events."""
    rng = np.random.default_rng(SEED)
    rows, beside = [], companion_rows()
    for patient, visits in PATTERN.items():
        for visit in visits:
            noise = np.exp(rng.normal(0.0, SPREAD, size=2))
            for marker, centre, factor, decimals, lower in (
                ("vegf", visit.vegf, noise[0], 0, 31.0),
                ("il6", visit.il6, noise[1], 1, IL6_LOWER),
            ):
                text = "" if centre is None else report(centre * factor, decimals, lower)
                comment = visit.comment if centre is None or marker == "il6" else ""
                if visit.comment.startswith(("VEGF", "IL-6")) and centre is not None:
                    comment = ""
                rows.append([patient, str(visit.day), marker, text, comment])
            rows += beside.get((patient, visit.day), [])
    write("measurements.csv", ["patient_id", "day", "marker", "value", "comment"], rows)

    more = [
        "ecog",
        "onls",
        "comorbidity",
        "clinical_response",
        "neuropathy_response",
        "haematological_response",
        "imaging_response",
        "question",
    ]
    write(
        "patients.csv",
        ["patient_id", "sex", "age_band", "infusion", "mprotein", *CRITERIA, *more],
        [[*row[:5], *row[5].split(), *CLINICAL[row[0]]] for row in PATIENTS],
    )
    events = [
        [patient, str(day), event, detail]
        for patient, listed in EVENTS.items()
        for day, event, detail in sorted((*listed, *MORE_EVENTS.get(patient, ())), key=lambda one: one[0])
    ]
    write("events.csv", ["patient_id", "day", "event", "detail"], events)


if __name__ == "__main__":
    main()
