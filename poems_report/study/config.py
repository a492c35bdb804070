"""What `study.yml` and `claims.yml` may say. Unknown keys are errors; every threshold is a setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from poems_report.study.columns import EVENT_COLUMNS, MEASUREMENT_COLUMNS, PATIENT_COLUMNS
from poems_report.study.layout import wide_names
from poems_report.study.settings import Day, Fault, Settings, load_settings
from poems_report.study.thresholds import (
    DEFAULTS,
    Landmarks,
    Phases,
    Reliability,
    ResponseRules,
    default_landmarks,
)

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")]
Limit = Annotated[float, Field(gt=0, strict=True)]
Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
PHASES = ("active", "early", "late")
PROFILES = ("mayo_plasma_200", "serum_1000", "chiba_serum_1040", "pumch_serum_600", "lab_uln")


class Author(Settings):
    """An author of the manuscript."""

    name: str = Field(min_length=1)
    affiliation: str = ""
    orcid: str = Field(default="", pattern=r"^([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])?$")
    email: str = ""
    corresponding: bool = False

    @field_validator("orcid")
    @classmethod
    def _check_digit(cls, value: str) -> str:
        from stdnum.iso7064 import mod_11_2

        if value and not mod_11_2.is_valid(value.replace("-", "")):
            raise ValueError("the check digit of the ORCID does not fit")
        return value


class Detection(Settings):
    """The range of an assay, in the marker's unit."""

    lower: Limit | None = None
    upper: Limit | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Detection:
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise ValueError("lower must be below upper")
        return self


class Companion(Settings):
    """What is measured beside the markers to judge them, such as platelets; part of no statistics.

    Attributes:
        uln: upper limit of normal, in `unit`; a value above it is raised; None where there is no such limit.
        note: a sentence shown beside it wherever it is shown.
    """

    label: str = Field(min_length=1, max_length=40)
    unit: str = Field(min_length=1, max_length=16)
    matrix: str = Field(default="", max_length=32)
    assay: str = Field(default="", max_length=80)
    uln: Limit | None = None
    detection: Detection = Detection()
    loinc: str = Field(default="", pattern=r"^([0-9]{1,7}-[0-9])?$")
    note: str = ""

    @field_validator("loinc")
    @classmethod
    def _check_digit(cls, value: str) -> str:
        from stdnum import luhn

        if value and not luhn.is_valid(value.replace("-", "")):
            raise ValueError("the check digit of the LOINC code does not fit")
        return value


class Marker(Companion):
    """A serum or plasma marker and the assay that measures it; its limit belongs to this matrix and assay."""

    matrix: str = Field(min_length=1, max_length=32)
    assay: str = Field(min_length=1, max_length=80)
    uln: Limit


class Compared(Settings):
    """The two markers of the study's question: may `candidate` stand in for `reference`?"""

    reference: Name
    candidate: Name


class Sheets(Settings):
    """The sheet of each Excel workbook that holds the table; empty for the first one."""

    patients: str = ""
    measurements: str = ""
    events: str = ""


class Exemption(Settings):
    """A column that the privacy gate leaves alone, and why; the reason is printed in the manifest."""

    file: Literal["patients", "measurements", "events"]
    column: str = Field(min_length=1)
    reason: str = Field(min_length=10)


class Privacy(Settings):
    """What protects the patients.

    Attributes:
        k: smallest group of patients alike in sex, age band and M-protein that is not listed as too small.
        generalise: whether age band and M-protein are widened until every group has k patients, so that no output
            shows the finer values; a study that cannot reach k is then refused.
        allow: columns that the privacy gate leaves alone.
    """

    k: Annotated[int, Field(ge=1, le=1000, strict=True)] = 5
    generalise: bool = False
    allow: tuple[Exemption, ...] = ()

    def exempt(self, file: str) -> frozenset[str]:
        """The exempted columns of a table."""
        return frozenset(one.column for one in self.allow if one.file == file)


class ResponseDefinitions(Settings):
    """What the clinicians mean by each response that they enter; empty where that was not recorded."""

    clinical_response: str = ""
    neuropathy_response: str = ""
    haematological_response: str = ""
    imaging_response: str = ""


class Declarations(Settings):
    """What a journal wants declared, each as one text; an empty one is shown as to be completed."""

    ethics: str = ""
    consent: str = ""
    funding: str = ""
    competing_interests: str = ""
    data_availability: str = ""
    contributions: str = ""


class StudyConfig(Settings):
    """`study.yml`.

    Attributes:
        provenance: whether the data were observed in patients or made to illustrate.
        companions: what is measured beside the markers and shown with them.
        response_definitions: definitions of the responses that clinicians enter.
        response_profile: name of the cut-off for the response of the reference marker.
        response_earliest_day: first day at which a value counts for response; before it, early kinetics.
        response: how far a value must fall or rise.
        landmarks: at which change and response are told, by name, in order of day.
        reliability: how agreement is followed along the days since infusion.
        day_range: first and last day that a row may carry.
        sheets: which sheet to read where a table is an Excel workbook.
        decimal: the decimal mark of all numbers; None where the files themselves leave no doubt.
        nd_means: what `n.d.` means: `not_detected` (below the assay's lower limit) or `not_done` (missing).
        declarations: ethics, funding and their like, printed as they stand.
        privacy: what protects the patients.
    """

    title: str = Field(min_length=1)
    authors: tuple[Author, ...] = Field(min_length=1)
    version: str = Field(min_length=1)
    provenance: Literal["illustrative", "observed"]
    markers: dict[Name, Marker] = Field(min_length=1)
    companions: dict[Name, Companion] = Field(default={}, max_length=6)
    reference_day: Literal["infusion"] = "infusion"
    phases: Phases = Phases()
    response_profile: Literal[PROFILES] = "lab_uln"  # type: ignore[valid-type]
    response_earliest_day: Day = Field(default=DEFAULTS["response"]["earliest_day"], ge=2)
    response: ResponseRules = ResponseRules()
    response_definitions: ResponseDefinitions = ResponseDefinitions()
    landmarks: Landmarks = Field(default_factory=default_landmarks)
    reliability: Reliability = Reliability()
    compared: Compared | None = None
    keywords: tuple[str, ...] = ()
    day_range: tuple[Day, Day] = (-7300, 36500)
    sheets: Sheets = Sheets()
    decimal: Literal["point", "comma"] | None = None
    nd_means: Literal["not_detected", "not_done"] = "not_detected"
    declarations: Declarations = Declarations()
    privacy: Privacy = Privacy()

    @field_validator("version", mode="before")
    @classmethod
    def _quoted(cls, value: Any) -> Any:
        if isinstance(value, int | float):
            raise ValueError("put the version in quotes, as a number 1.10 is read as 1.1")
        return value

    @field_validator("markers", "companions")
    @classmethod
    def _no_column(cls, value: dict[str, Any]) -> dict[str, Any]:
        taken = sorted({column.name for column in MEASUREMENT_COLUMNS} & set(value))
        if taken:
            raise ValueError(f"a marker may not have the name of a column: {', '.join(taken)}")
        return value

    @model_validator(mode="after")
    def _known_markers(self) -> StudyConfig:
        if self.compared:
            unknown = {self.compared.reference, self.compared.candidate} - set(self.markers)
            if unknown:
                raise ValueError(f"compared names unknown markers: {', '.join(sorted(unknown))}")
        twice = sorted(set(self.markers) & set(self.companions))
        if twice:
            raise ValueError(f"markers and companions with the same name: {', '.join(twice)}")
        if self.day_range[0] >= self.day_range[1]:
            raise ValueError("day_range must rise")
        return self

    @property
    def measured(self) -> Mapping[str, Companion]:
        """Everything that `measurements` may hold: markers, then companions."""
        return {**self.markers, **self.companions}

    @property
    def pair(self) -> tuple[str, str] | None:
        """Names of the reference and the candidate marker; None where the study has one marker."""
        if self.compared:
            return self.compared.reference, self.compared.candidate
        names = tuple(self.markers)
        return (names[0], names[1]) if len(names) > 1 else None


class Condition(Settings):
    """One comparison that a claim rests on: a field of a result against a number or another result."""

    result: str
    field: str = "estimate"
    op: Comparison
    value: Annotated[float, Field(strict=True)] | None = None
    than: str | None = None

    @model_validator(mode="after")
    def _one_side(self) -> Condition:
        if (self.value is None) == (self.than is None):
            raise ValueError("give either value (a number) or than (another result)")
        return self


class Claim(Settings):
    """A statement of the manuscript and the conditions under which it holds, all of them needed."""

    id: Name
    statement: str = Field(min_length=1)
    section: str = Field(default="", pattern=r"^((sec|fig|tbl)-[A-Za-z0-9_-]+)?$")
    holds_if: tuple[Condition, ...] = Field(min_length=1)


class ClaimsFile(Settings):
    """`claims.yml`."""

    claims: tuple[Claim, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> ClaimsFile:
        ids = [claim.id for claim in self.claims]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"claims with the same id: {', '.join(twice)}")
        return self


def load_config(path: Path) -> StudyConfig:
    """Read `study.yml`.

    Raises:
        StudyError: the file is missing, is no YAML, or holds a key or value that is not allowed; with line and
            character of each.
    """
    return load_settings(path, StudyConfig, _exempt_nothing)


def _exempt_nothing(config: StudyConfig) -> Iterator[Fault]:
    """Exemptions from the privacy gate that name no column, perhaps one misspelt."""
    names = {
        "patients": [column.name for column in PATIENT_COLUMNS],
        "measurements": [
            *(column.name for column in MEASUREMENT_COLUMNS),
            *wide_names(config.measured),
        ],
        "events": [column.name for column in EVENT_COLUMNS],
    }
    for place, one in enumerate(config.privacy.allow):
        known = tuple(dict.fromkeys(names[one.file]))
        if one.column not in known:
            location = ("privacy", "allow", place, "column")
            yield Fault(location, one.column, f"no column of {one.file}", f"one of {', '.join(known)}")


def load_claims(path: Path) -> tuple[Claim, ...]:
    """Read `claims.yml`; a study without one has no claims.

    Raises:
        StudyError: as for `load_config`.
    """
    return load_settings(path, ClaimsFile).claims if path.exists() else ()
