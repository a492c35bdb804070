"""What `study.yml` and `claims.yml` may say. Unknown keys are errors; every threshold is a setting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from poems_report.errors import Problem, StudyError

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")]
Comparison = Literal["==", "!=", "<", "<=", ">", ">="]
PHASES = ("active", "early", "late")
PROFILES = ("mayo_plasma_200", "serum_1000", "chiba_serum_1040", "pumch_serum_600", "lab_uln")


class Settings(BaseModel):
    """Base of all settings: frozen, and nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


_Model = TypeVar("_Model", bound=Settings)


class Author(Settings):
    """An author of the manuscript."""

    name: str = Field(min_length=1)
    affiliation: str = ""
    orcid: str = Field(default="", pattern=r"^(\d{4}-\d{4}-\d{4}-\d{3}[\dX])?$")
    email: str = ""
    corresponding: bool = False


class Detection(Settings):
    """The range of an assay, in the marker's unit."""

    lower: float | None = Field(default=None, gt=0)
    upper: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _ordered(self) -> Detection:
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise ValueError("lower must be below upper")
        return self


class Marker(Settings):
    """A serum or plasma marker and the assay that measures it.

    Attributes:
        uln: upper limit of normal, in `unit`, for this matrix and assay; a value above it is raised.
        note: a sentence shown beside the marker wherever it is shown.
    """

    label: str = Field(min_length=1, max_length=40)
    unit: str = Field(min_length=1, max_length=16)
    matrix: str = Field(min_length=1, max_length=32)
    assay: str = Field(min_length=1, max_length=80)
    uln: float = Field(gt=0)
    detection: Detection = Detection()
    loinc: str = Field(default="", pattern=r"^(\d{1,7}-\d)?$")
    note: str = ""


class PhaseBounds(Settings):
    """Days of a phase, both ends included; an open end is left out."""

    first: int | None = None
    last: int | None = None


class Phases(Settings):
    """Active, early and late disease by days from infusion; every day belongs to one phase."""

    active: PhaseBounds = PhaseBounds(last=0)
    early: PhaseBounds = PhaseBounds(first=1, last=100)
    late: PhaseBounds = PhaseBounds(first=101)

    @model_validator(mode="after")
    def _gapless(self) -> Phases:
        if self.active.first is not None or self.late.last is not None:
            raise ValueError("active begins and late ends without a bound")
        for before, after in ((self.active, self.early), (self.early, self.late)):
            if before.last is None or after.first is None or after.first != before.last + 1:
                raise ValueError("each phase must begin on the day after the one before it ends")
        return self


class Compared(Settings):
    """The two markers of the study's question: may `candidate` stand in for `reference`?"""

    reference: Name
    candidate: Name


class StudyConfig(Settings):
    """`study.yml`.

    Attributes:
        provenance: whether the data were observed in patients or made to illustrate.
        response_profile: name of the cut-off for the response of the reference marker.
        response_earliest_day: first day at which a value counts for response; before it, early kinetics.
        day_range: first and last day that a row may carry.
    """

    title: str = Field(min_length=1)
    authors: tuple[Author, ...] = Field(min_length=1)
    version: str = Field(min_length=1)
    provenance: Literal["illustrative", "observed"]
    markers: dict[Name, Marker] = Field(min_length=1)
    reference_day: Literal["infusion"] = "infusion"
    phases: Phases = Phases()
    response_profile: Literal[PROFILES] = "lab_uln"  # type: ignore[valid-type]
    response_earliest_day: int = Field(default=60, ge=2)
    compared: Compared | None = None
    keywords: tuple[str, ...] = ()
    day_range: tuple[int, int] = (-7300, 36500)

    @field_validator("version", mode="before")
    @classmethod
    def _quoted(cls, value: Any) -> Any:
        if isinstance(value, int | float):
            raise ValueError(f"put the version in quotes, as a number 1.10 is read as {1.10}")
        return value

    @model_validator(mode="after")
    def _known_markers(self) -> StudyConfig:
        if self.compared:
            unknown = {self.compared.reference, self.compared.candidate} - set(self.markers)
            if unknown:
                raise ValueError(f"compared names unknown markers: {', '.join(sorted(unknown))}")
        if self.day_range[0] >= self.day_range[1]:
            raise ValueError("day_range must rise")
        return self

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
    value: float | None = None
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
    section: str = ""
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
        StudyError: the file is missing, is no YAML, or holds a key or value that is not allowed.
    """
    return _load(path, StudyConfig)


def load_claims(path: Path) -> tuple[Claim, ...]:
    """Read `claims.yml`; a study without one has no claims.

    Raises:
        StudyError: as for `load_config`.
    """
    return _load(path, ClaimsFile).claims if path.exists() else ()


def _load(path: Path, model: type[_Model]) -> _Model:
    text = _text(path)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else 0
        what = getattr(error, "problem", None) or "cannot be read"
        raise StudyError([Problem(path.name, row, "", "", f"no YAML: {what}", "valid YAML")]) from None
    if not isinstance(content, dict):
        raise StudyError([Problem(path.name, 1, "", "", "holds no settings", "keys and values")])
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise StudyError([_problem(path.name, root, detail) for detail in error.errors()]) from None


def _text(path: Path) -> str:
    if not path.is_file():
        raise StudyError([Problem(path.name, 0, "", "", "the file is missing", "a file of this name")])
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise StudyError([Problem(path.name, 0, "", "", "the file is not UTF-8", "UTF-8")]) from None


def _problem(file: str, root: yaml.Node | None, detail: Any) -> Problem:
    location = tuple(part for part in detail["loc"] if part != "[key]")
    value = detail["input"]
    shown = "" if isinstance(value, dict | list | tuple) or value is None else str(value)
    unknown = detail["type"] == "extra_forbidden"
    message = "unknown key" if unknown else detail["msg"].removeprefix("Value error, ")
    allowed = "only the keys of the study's settings" if unknown else _allowed(detail)
    return Problem(file, _line(root, location), ".".join(map(str, location)), shown, message, allowed)


def _allowed(detail: Any) -> str:
    context = detail.get("ctx") or {}
    for key, words in (
        ("expected", "{}"),
        ("pattern", "text like {}"),
        ("gt", "above {}"),
        ("ge", "at least {}"),
    ):
        if key in context:
            return str(words.format(context[key]))
    by_type = {"missing": "this key with a value", "value_error": "settings that fit together"}
    return by_type.get(detail["type"], str(detail["type"]).replace("_", " "))


def _line(node: yaml.Node | None, location: tuple[Any, ...]) -> int:
    """Line of the deepest part of `location` that the file holds."""
    line = node.start_mark.line + 1 if node else 0
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
