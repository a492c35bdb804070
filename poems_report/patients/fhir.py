"""One patient as a FHIR R4 bundle (hl7.org/fhir/R4): what was measured and the infusion, without any date.

Days are kept as FHIR's own extension for times relative to an event (`cqf-relativeDateTime`), offset from the
infusion. What the study does not record, such as a status of a result, is `unknown`; dates are `masked`.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from poems_report.patients.context import Context
from poems_report.patients.record import Measurement, Record
from poems_report.study.measurement import split_limit
from poems_report.study.units import PICOGRAMS_PER_ML

_OURS = uuid5(NAMESPACE_URL, "poems-report")
_UNITS = "http://unitsofmeasure.org"
_EXTENSION = "http://hl7.org/fhir/StructureDefinition"
_TERMS = "http://terminology.hl7.org/CodeSystem"
_COMPARATORS = {"<": "<", "≤": "<=", ">": ">", "≥": ">="}
_UCUM = {
    **{unit: unit for unit in PICOGRAMS_PER_ML},
    **{unit: unit for unit in ("g/L", "g/dL", "mg/L", "mg/dL", "ug/L", "ug/mL", "10*9/L", "/uL", "%")},
    "µg/L": "ug/L",
    "μg/L": "ug/L",
    "10⁹/L": "10*9/L",
    "10^9/L": "10*9/L",
    "×10⁹/L": "10*9/L",
}
"""Units as studies write them and as UCUM does (ucum.org); any other is given as text alone."""

Resource = dict[str, Any]


def bundle_of(record: Record, context: Context, made: datetime) -> Resource:
    """A bundle of the patient, the infusion, every measurement and the report of them.

    The same record gives the same bundle; the identifiers stay when values change.

    Args:
        record: the patient.
        context: settings and words of the study.
        made: the time stamp of the bundle.
    """
    maker = _Maker(record, context)
    resources = [maker.patient(), *maker.infusion(), *maker.observations(), maker.report()]
    return {
        "resourceType": "Bundle",
        "id": maker.id("Bundle"),
        "meta": maker.meta,
        "identifier": {"system": maker.study, "value": f"{record.patient_id}/{context.data_version}"},
        "language": context.words.language,
        "type": "collection",
        "timestamp": made.isoformat(),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


def fhir_json(bundle: Resource) -> bytes:
    """A bundle as JSON, every decimal with the digits that were reported: FHIR counts them as part of the value."""
    text = json.dumps(bundle, ensure_ascii=False, indent=2, default=lambda number: f"\0{number}")
    return (re.sub(r'"\\u0000([0-9.E+-]+)"', r"\1", text) + "\n").encode()


class _Maker:
    """Makes the resources of one patient."""

    def __init__(self, record: Record, context: Context) -> None:
        self.record, self.context, self.words = record, context, context.words
        self.study = f"urn:uuid:{uuid5(_OURS, context.config.title)}"
        pseudonymous = _coding("v3-ObservationValue", "PSEUDED", "pseudonymized")
        test = [_coding("v3-ActReason", "HTEST", "test health data")] if context.illustrative else []
        self.meta = {"security": [pseudonymous, *test]}

    def id(self, *parts: object) -> str:
        return str(uuid5(_OURS, "\n".join(map(str, (self.study, self.record.patient_id, *parts)))))

    def patient(self) -> Resource:
        sex = self.record.fields["sex"]
        return {
            **self._head("Patient"),
            "identifier": [
                {
                    "system": self.study,
                    "value": self.record.patient_id,
                    "assigner": {"display": self.context.config.title},
                }
            ],
            **({"gender": sex} if sex else {}),
        }

    def infusion(self) -> list[Resource]:
        if not self.record.infused:
            return []
        masked = {"extension": [{"url": f"{_EXTENSION}/data-absent-reason", "valueCode": "masked"}]}
        return [
            {
                **self._head("Procedure"),
                "status": "completed",
                "code": {"text": self.words["patient.attached.infusion"]},
                "subject": self._to("Patient"),
                "_performedDateTime": masked,
            }
        ]

    def observations(self) -> list[Resource]:
        return [self._observation(one) for one in self.record.everything]

    def report(self) -> Resource:
        results = [self._to("Observation", one.marker, one.day) for one in self.record.everything]
        return {
            **self._head("DiagnosticReport"),
            "status": "unknown",
            "category": [{"coding": [_coding("v2-0074", "LAB", "Laboratory")]}],
            "code": {"text": self.words["patient.heading.panel"]},
            "subject": self._to("Patient"),
            **({"result": results} if results else {}),
        }

    def _observation(self, one: Measurement) -> Resource:
        marker = self.context.config.measured[one.marker]
        code: Resource = {"text": marker.label}
        if marker.loinc:
            code["coding"] = [{"system": "http://loinc.org", "code": marker.loinc}]
        found: Resource = {
            **self._head("Observation", one.marker, one.day),
            "status": "unknown",
            "category": [{"coding": [_coding("observation-category", "laboratory", "Laboratory")]}],
            "code": code,
            "subject": self._to("Patient"),
            "_effectiveDateTime": {"extension": [self._day(one.day)]},
            **_value(one),
        }
        notes = [one.comment] if one.comment else []
        if one.converted_from:
            notes.append(self.words.text("patient.attached.converted", reported=one.converted_from))
        if notes:
            found["note"] = [{"text": text} for text in notes]
        if one.assay:
            found["method"] = {"text": one.assay}
        if one.matrix:
            specimen = {"resourceType": "Specimen", "id": "specimen", "type": {"text": one.matrix}}
            found |= {"contained": [specimen], "specimen": {"reference": "#specimen"}}
        if not math.isnan(one.uln):
            found["referenceRange"] = [{"high": _quantity(repr(one.uln).removesuffix(".0"), one.unit)}]
        return found

    def _day(self, day: int) -> Resource:
        """A day from day 0: from the infusion, or without one from the first visit, which is no resource."""
        start = (
            self._to("Procedure")
            if self.record.infused
            else {"display": self.words["patient.attached.first_visit"]}
        )
        path = "performed" if self.record.infused else "period.start"
        relationship = "before" if day < 0 else "after" if day else "concurrent"
        offset = {"value": abs(day), "unit": "d", "system": _UNITS, "code": "d"}
        return {
            "url": f"{_EXTENSION}/cqf-relativeDateTime",
            "extension": [
                {"url": "target", "valueReference": start},
                {"url": "targetPath", "valueString": path},
                {"url": "relationship", "valueCode": relationship},
                {"url": "offset", "valueDuration": offset},
            ],
        }

    def _head(self, kind: str, *parts: object) -> Resource:
        return {"resourceType": kind, "id": self.id(kind, *parts), "meta": self.meta}

    def _to(self, kind: str, *parts: object) -> Resource:
        return {"reference": f"urn:uuid:{self.id(kind, *parts)}"}


def _value(one: Measurement) -> Resource:
    if one.value is None:
        return {"dataAbsentReason": {"coding": [_coding("data-absent-reason", "unknown", "Unknown")]}}
    sign, number = split_limit(one.reported)
    comparator = {"comparator": _COMPARATORS[sign]} if sign else {}
    return {"valueQuantity": comparator | _quantity(number, one.unit)}


def _quantity(number: str, unit: str) -> Resource:
    coded = {"system": _UNITS, "code": _UCUM[unit]} if unit in _UCUM else {}
    return {"value": Decimal(number), "unit": unit, **coded}


def _coding(system: str, code: str, display: str) -> Resource:
    return {"system": f"{_TERMS}/{system}", "code": code, "display": display}
