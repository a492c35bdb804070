"""What the board knew when it last saw the patients: everything up to a day, or what an earlier run recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poems_report.analysis import PatientResult, Response
from poems_report.errors import UsageError
from poems_report.patients.record import Measurement, Record
from poems_report.provenance import sha256_file

RESULTS = "results.json"
_DAY = re.compile(r"[+-]?\d{1,6}")
_ALLOWED = f"a day such as 184, or the manifest.json or {RESULTS} of an earlier run"


@dataclass(frozen=True)
class Known:
    """What an earlier run told of one patient.

    Attributes:
        values: of the markers as reported, by marker and day.
        response: at the last visit that counted; None where none was evaluated.
    """

    values: Mapping[tuple[str, int], str]
    response: Response | None


@dataclass(frozen=True)
class Since:
    """The last board.

    Attributes:
        day: the last day that it knew; None where an earlier run tells.
        version: data version of the earlier run; empty where a day tells.
        patients: of the earlier run, by identifier.
    """

    day: int | None = None
    version: str = ""
    patients: Mapping[str, Known] = field(default_factory=dict)

    def has_new(self, patient_id: str, one: Measurement, companion: bool = False) -> bool:
        """Whether a value is new; an earlier run tells nothing of companions."""
        if one.value is None:
            return False
        if self.day is not None:
            return one.day > self.day
        return not companion and self.reported(patient_id, one) is None

    def reported(self, patient_id: str, one: Measurement) -> str | None:
        """What an earlier run had at a marker and day; None where it had nothing, or where a day tells."""
        known = self.patients.get(patient_id)
        return known.values.get((one.marker, one.day)) if known else None

    def withdrawn(self, record: Record) -> tuple[tuple[str, int, str], ...]:
        """Marker, day and text of the values of an earlier run that are no longer there."""
        known = self.patients.get(record.patient_id)
        now = {(one.marker, one.day) for one in record.measurements if one.value is not None}
        return tuple((*key, text) for key, text in known.values.items() if key not in now) if known else ()

    def response(self, result: PatientResult) -> Response | None:
        """The response that the board knew; None where there was none."""
        if self.day is None:
            known = self.patients.get(result.patient_id)
            return known.response if known else None
        earlier = [one for one in result.responses if one.day is not None and one.day <= self.day]
        return earlier[-1] if earlier else None


def since_of(text: str) -> Since:
    """The last board by the day up to which it knew everything, or by the file of an earlier run.

    Args:
        text: days from infusion, or the path of a `results.json` or of the `manifest.json` beside one.

    Raises:
        UsageError: neither a day nor a readable file of an earlier run.
    """
    if _DAY.fullmatch(text):
        return Since(day=int(text))
    path = Path(text)
    content = _read(path)
    if isinstance(content, dict) and "outputs" in content:
        listed, path = content["outputs"], path.with_name(RESULTS)
        if not path.is_file() or not isinstance(listed, dict) or listed.get(RESULTS) != sha256_file(path):
            raise UsageError(f"{text}: {path} is missing or not the one that this manifest lists")
        content = _read(path)
    try:
        patients = {str(name): _known(one) for name, one in content["patients"].items()}
        return Since(version=str(content["study"]["data_version"]), patients=patients)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UsageError(f"{path}: no results of this program; allowed: {_ALLOWED}") from None


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UsageError(f"{path}: neither a day nor a file of an earlier run; allowed: {_ALLOWED}") from None


def _known(one: Mapping[str, Any]) -> Known:
    values = {
        (str(marker), int(day)): str(text)
        for marker, told in one["measurements"].items()
        for day, text in told.items()
    }
    last = Response(**one["responses"][-1]) if one["responses"] else None
    return Known(values, last if last and last.day is not None else None)
