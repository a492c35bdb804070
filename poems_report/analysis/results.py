"""Results: every number named once, and their JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

from poems_report.errors import AnalysisError

if TYPE_CHECKING:
    from poems_report.analysis.landmarks import Landmark
    from poems_report.analysis.power import Power
    from poems_report.analysis.ranking import Ranking
    from poems_report.analysis.reliability import ReliabilityCurve
    from poems_report.analysis.sensitivity import Sensitivity

SCHEMA = 1
ONE_MARKER = "the study has one marker"


@dataclass(frozen=True)
class Result:
    """One named number of the study with what a reader needs to judge it.

    Attributes:
        estimate: the number; None where it is not estimable, then `reason` says why.
        ci_low: lower end of the interval with actual level `level`; None where there is none.
        ci_high: upper end of it.
        level: actual level of the interval, 0 to 1.
        p: p value; always accompanied by `p_floor`, `n`, `method` and `test`.
        p_floor: the smallest p value that the method can reach with this n; 0 for a p value by formula.
        n: how many independent units (patients, pairs) carry the number.
        observations: how many observations carry it, where that differs from `n`.
        method: what was computed, in words.
        unit: unit of the estimate; empty for pure numbers and counts.
        of: the total of which `estimate` is a count; None where it is no count of a total.
        reason: why there is no estimate, or with an estimate why it has no p value or no interval.
        note: a caveat that must stand beside the number.
        exploratory: whether the number answers a question that the study was not planned for.
        test: the test that gave `p`, in a few words.
        cautions: warnings to print with the number, as keys of the labels: `few_pairs`, `few_df`, `singular`.
        family: of a p value: `primary` (the one primary question, as it is) or `others` (adjusted for their number).
        family_size: how many p values the family has.
        p_holm: p adjusted within its family by Holm's method; None for the primary one.
        p_bh: the same by Benjamini and Hochberg's.
    """

    estimate: float | None
    method: str
    n: int | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    level: float | None = None
    p: float | None = None
    p_floor: float | None = None
    observations: int | None = None
    unit: str = ""
    of: int | None = None
    reason: str = ""
    note: str = ""
    exploratory: bool = False
    test: str = ""
    cautions: tuple[str, ...] = ()
    family: str = ""
    family_size: int | None = None
    p_holm: float | None = None
    p_bh: float | None = None

    def __post_init__(self) -> None:
        numbers = (self.estimate, self.ci_low, self.ci_high, self.level, self.p, self.p_floor)
        if any(number is not None and not math.isfinite(number) for number in numbers):
            raise AnalysisError(f"a result is not finite: {self}")
        if self.estimate is None and not self.reason:
            raise AnalysisError(f"a result without estimate gives no reason: {self.method}")
        if self.p is not None and (self.p_floor is None or self.n is None or not self.test):
            raise AnalysisError(f"a p value without its floor, its n or its test: {self.method}")


def plain(value: Any) -> Any:
    """A dataclass as JSON has it, with everything in it; faster than `dataclasses.asdict`, as nothing is copied."""
    if hasattr(value, "__dataclass_fields__"):
        return {
            name: part if isinstance(part, _SCALARS) else plain(part) for name, part in vars(value).items()
        }
    return [plain(one) for one in value] if isinstance(value, tuple) else value


_SCALARS = (str, float, int, NoneType)


def results_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every `results.json` follows."""
    return dict(json.loads(Path(__file__).with_name("results.schema.json").read_text(encoding="utf-8")))


def reason_of(estimate: Any) -> str:
    """Why an estimate of `stats` is not estimable, without the words "not estimable"; empty where it is."""
    return (estimate.reason or "").removeprefix("not estimable: ")


def test_of(method: str) -> str:
    """The test that gave a p value in a few words, from a method of `stats`: exact permutation test."""
    name = method.partition(" (")[0]
    return name if "approximation" in name else f"{name} test"


@dataclass(frozen=True)
class Change:
    """Change of one marker in one patient between two days.

    Attributes:
        kind: `day_after` (last value before infusion to day 1), `nadir` (first to lowest later value), `last`
            (first to last value), `lowest_after` (last value before infusion to the lowest after it), or the name
            of a landmark (last value before infusion to the value that stands for it). Both of one matrix and assay.
        log2: logarithm to base 2 of the ratio of the later to the earlier value.
        percent: change in percent of the earlier value.
        bound: "" where both values were measured; "<" where the true change is at most this (the later value is
            below a limit or the earlier above one), ">" where it is at least this; "?" where both are censored
            and nothing is known.
    """

    marker: str
    kind: str
    from_day: int
    to_day: int
    from_value: float
    to_value: float
    log2: float
    percent: float
    bound: str


@dataclass(frozen=True)
class PhasePair:
    """Both markers of one patient in one phase, at the last visit of it that tells both.

    Attributes:
        reference_raised: whether the reference marker was above its ULN.
        candidate_raised: the same for the candidate marker.
        concordant: whether both were raised or both were not.
    """

    phase: str
    day: int
    reference_raised: bool
    candidate_raised: bool

    @property
    def concordant(self) -> bool:
        """Whether both markers were above their ULN, or both were not."""
        return self.reference_raised == self.candidate_raised


@dataclass(frozen=True)
class Response:
    """Response of the reference marker at one visit.

    Attributes:
        category: `complete`, `partial`, `none`, `progression` or `not_evaluable`.
        reason: why the response is not evaluable, as a key of the labels; empty otherwise: `no_infusion`,
            `no_value_from_day`, `no_value_before_infusion`, `mixed_assay`, `matrix_differs`, `baseline_normal`,
            `censored_at_cutoff`, `censored_above_range`; at a landmark also `no_value_in_window`.
        flag: `rise_below_limit` for a rise as for progression above the lowest value that stays below the cut-off;
            empty otherwise.
        baseline_day: day of the value before infusion; None where there is none.
        nadir_day: day of the lowest value before this visit, from the baseline on.
    """

    day: int | None
    category: str
    reason: str = ""
    flag: str = ""
    baseline_day: int | None = None
    nadir_day: int | None = None


@dataclass(frozen=True)
class AtLandmark:
    """What one patient's values say at a landmark.

    Attributes:
        landmark: its name, such as `m6`.
        changes: of each marker with values before infusion and in the window.
        response: of the reference marker at the value that stands for the landmark.
    """

    landmark: str
    changes: tuple[Change, ...]
    response: Response


@dataclass(frozen=True)
class PatientResult:
    """What the analysis says of one patient.

    Attributes:
        group: `before_and_after`, `before_only`, `after_only`, `diagnosis` (no infusion) or `not_tested`.
        concordant: whether every phase with both markers was concordant; None where there is no such phase.
        changes: of every marker and kind but those to a landmark.
        responses: the response at each visit from the earliest day of the study on, in order of day.
        landmarks: what the values say at each landmark, in order of day.
    """

    patient_id: str
    group: str
    pairs: tuple[PhasePair, ...]
    concordant: bool | None
    changes: tuple[Change, ...]
    responses: tuple[Response, ...]
    landmarks: tuple[AtLandmark, ...] = ()

    @property
    def response(self) -> Response:
        """The response at the last visit that counts for it."""
        return self.responses[-1]

    def change(self, marker: str, kind: str) -> Change | None:
        """The change of a marker of this kind; None where the patient has none."""
        return next((one for one in self.changes if (one.marker, one.kind) == (marker, kind)), None)


@dataclass(frozen=True)
class Verdict:
    """A claim evaluated.

    Attributes:
        verdict: `holds`, `does not hold` or `not estimable`.
        numbers: the numbers it rests on, by the key of the result.
    """

    id: str
    statement: str
    section: str
    verdict: str
    numbers: Mapping[str, float | None]


@dataclass(frozen=True)
class ResponseCutoff:
    """The cut-off below which the reference marker counts as normal.

    Attributes:
        value: in the marker's unit; None for `lab_uln`, where each value's own ULN counts.
        matrix: matrix that the cut-off belongs to; empty for any.
        verified: whether the source itself was read.
    """

    profile: str
    value: float | None
    matrix: str
    source: str
    verified: bool


@dataclass(frozen=True)
class Results:
    """Everything that the analysis of a study says.

    Attributes:
        patients: by identifier, in the order of the study; each is put together when it is asked for.
        landmarks: at which change and response are told.
        reliability: agreement by days since infusion; None where the study has one marker.
        power: what studies of several sizes detect.
        sensitivity: the main results under other choices.
        fingerprints: of each patient's data, by which `diff` finds corrections.
        recorded: for each patient, the values as reported by marker and day.
        rankings: changes of all patients in order, by marker and kind; for places, no part of the JSON.
    """

    study: Mapping[str, Any]
    results: Mapping[str, Result]
    patients: Mapping[str, PatientResult]
    claims: tuple[Verdict, ...]
    cutoff: ResponseCutoff | None = None
    landmarks: tuple[Landmark, ...] = ()
    reliability: ReliabilityCurve | None = None
    power: tuple[Power, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    recorded: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    rankings: Mapping[tuple[str, str], Ranking] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Result:
        """The result of this key.

        Raises:
            AnalysisError: there is no such result; the message names the nearest keys.
        """
        if key in self.results:
            return self.results[key]
        from difflib import get_close_matches

        near = ", ".join(get_close_matches(key, self.results, n=3)) or "none alike"
        raise AnalysisError(f"there is no result {key!r}; nearest: {near}")

    def to_dict(self) -> dict[str, Any]:
        """The content of `results.json`: stable keys, full precision, no NaN."""
        return {
            "schema": SCHEMA,
            "study": dict(self.study),
            "results": {key: plain(self.results[key]) for key in sorted(self.results)},
            "claims": {
                one.id: {
                    "statement": one.statement,
                    "section": one.section,
                    "verdict": one.verdict,
                    "numbers": dict(one.numbers),
                }
                for one in self.claims
            },
            "patients": {
                name: {
                    **plain(one),
                    "data": self.fingerprints.get(name, ""),
                    "measurements": self.recorded.get(name, {}),
                    "pairs": [{**plain(pair), "concordant": pair.concordant} for pair in one.pairs],
                }
                for name, one in self.patients.items()
            },
            "response_cutoff": plain(self.cutoff),
            "landmarks": [plain(one) for one in self.landmarks],
            "reliability": plain(self.reliability),
            "power": [plain(one) for one in self.power],
            "sensitivity": [plain(one) for one in self.sensitivity],
        }
