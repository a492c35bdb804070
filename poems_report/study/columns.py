"""The columns of a study's files: their names, what they may hold and what they mean."""

from __future__ import annotations

from dataclasses import dataclass

PATIENT_ID = r"[A-Za-z0-9_-]{1,32}"
ANSWERS = ("yes", "no", "na")


@dataclass(frozen=True)
class Column:
    """One column of an input file.

    Attributes:
        meaning: what it holds, in one sentence.
        allowed: the only values it may hold; empty for free text.
        required: whether the file must have it.
        free: whether it holds free text.
    """

    name: str
    meaning: str
    allowed: tuple[str, ...] = ()
    required: bool = False
    free: bool = False


MANDATORY_CRITERIA = ("polyneuropathy", "monoclonal_disorder")
MAJOR_CRITERIA = ("castleman", "sclerotic_lesions", "vegf_elevation")
MINOR_CRITERIA = (
    "organomegaly",
    "volume_overload",
    "endocrinopathy",
    "skin_changes",
    "papilloedema",
    "thrombocytosis",
)
CRITERIA = MANDATORY_CRITERIA + MAJOR_CRITERIA + MINOR_CRITERIA
"""Diagnostic criteria of POEMS syndrome (Dispenzieri, Blood 2012;119:5650), each yes, no or not assessed."""

FINDINGS = ("imaging", "pathology", "neurophysiology", "options")
"""What the board wants to know beside the markers: findings with their day, and options of treatment with trials."""

RESPONSE_DOMAINS = ("clinical_response", "neuropathy_response", "haematological_response", "imaging_response")
"""Responses that clinicians assess and enter; the response of the reference marker is computed."""

PATIENT_COLUMNS = (
    Column("patient_id", "Pseudonym of the patient, the key of every file.", required=True),
    Column("sex", "Sex.", ("female", "male", "other", "")),
    Column("age_band", "Age at the reference day in bands, such as 50-59; never a date of birth."),
    Column(
        "infusion",
        "Whether autologous stem cells were infused; day 0 is that day.",
        ("yes", "no"),
        required=True,
    ),
    Column("mprotein", "Type of the monoclonal protein, such as IgA lambda.", free=True),
    *(Column(name, "Diagnostic criterion.", (*ANSWERS, "")) for name in CRITERIA),
    Column("ecog", "ECOG performance status.", ("0", "1", "2", "3", "4", "")),
    Column("onls", "Overall Neuropathy Limitations Scale, 0 to 12.", (*map(str, range(13)), "")),
    Column("comorbidity", "Comorbidity, free text.", free=True),
    Column("preference", "The patient's preference, free text.", free=True),
    *(
        Column(name, "Response as the clinicians assessed it, with its day.", free=True)
        for name in RESPONSE_DOMAINS
    ),
    *(Column(name, f"{name.capitalize()}: finding, with its day.", free=True) for name in FINDINGS[:3]),
    Column("options", "Options of treatment and trials that are open to the patient.", free=True),
    Column("question", "The question to the tumor board.", free=True),
)

MEASUREMENT_COLUMNS = (
    Column("patient_id", "Pseudonym of the patient.", required=True),
    Column(
        "day",
        "Days from stem-cell infusion, day 0; without infusion, days from the first visit.",
        required=True,
    ),
    Column("marker", "Name of the marker in study.yml.", required=True),
    Column("value", "The value as the laboratory reported it.", required=True),
    Column("matrix", "Matrix of this result where it differs from the marker's."),
    Column("assay", "Assay of this result where it differs from the marker's."),
    Column("uln", "Upper limit of normal of this result where it differs from the marker's."),
    Column("unit", "Unit of this result and of its limit; the marker's, or one that converts exactly."),
    Column("comment", "Remark of the laboratory.", free=True),
)

EVENT_COLUMNS = (
    Column("patient_id", "Pseudonym of the patient.", required=True),
    Column("day", "Days from stem-cell infusion.", required=True),
    Column("event", "Short name of the event.", required=True),
    Column("detail", "Remark on the event.", free=True),
)
