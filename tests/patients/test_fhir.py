"""The FHIR bundle of an archive, read by fhir.resources (R4B, whose resources used here are those of R4)."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pikepdf
import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle

from poems_report import analyse, load_study
from poems_report.patients.archive import attachments_of
from poems_report.patients.context import context_of
from poems_report.patients.record import records_of
from poems_report.provenance import clock

RELATIVE = "http://hl7.org/fhir/StructureDefinition/cqf-relativeDateTime"


@pytest.fixture(scope="module")
def bundles(archive_folder, study):
    found = {}
    for patient in study.patient_ids:
        with pikepdf.open(archive_folder / f"{patient}.pdf") as document:
            content = document.attachments[f"{patient}-fhir.json"].get_file().read_bytes()
        found[patient] = json.loads(content, parse_float=Decimal)
    return found


def made(study, results, patient):
    files = attachments_of(records_of(study)[patient], context_of(study, results), clock())
    return json.loads(files[0].content, parse_float=Decimal)


def of_kind(bundle, kind):
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def day_of(observation):
    """Days from day 0, by the standard's own extension."""
    (extension,) = observation["_effectiveDateTime"]["extension"]
    assert extension["url"] == RELATIVE
    parts = {one["url"]: one for one in extension["extension"]}
    assert set(parts) == {"target", "targetPath", "relationship", "offset"}
    offset = parts["offset"]["valueDuration"]
    assert (offset["system"], offset["code"]) == ("http://unitsofmeasure.org", "d")
    sign = {"before": -1, "concurrent": 0, "after": 1}[parts["relationship"]["valueCode"]]
    assert (sign == 0) == (offset["value"] == 0)
    return sign * offset["value"], parts["target"]["valueReference"]


def test_every_bundle_and_every_resource_is_valid(bundles):
    for bundle in bundles.values():
        Bundle.model_validate_json(json.dumps(bundle, default=float))
        for one in bundle["entry"]:
            resource = one["resource"]
            model = get_fhir_model_class(resource["resourceType"])
            model.model_validate_json(json.dumps(resource, default=float))


def test_the_model_refuses_what_is_wrong(bundles):
    good = of_kind(bundles["P01"], "Observation")[0]
    for key, wrong in (
        ("status", {name: value for name, value in good.items() if name != "status"}),
        ("valueQuantity", {**good, "valueQuantity": {"value": "many"}}),
        ("effective", {**good, "effectiveDateTime": "day 3"}),
        ("value", {**good, "valueString": "high"}),
        ("nonsense", {**good, "nonsense": 1}),
    ):
        with pytest.raises(ValueError, match=key):
            get_fhir_model_class("Observation").model_validate_json(json.dumps(wrong, default=float))


def test_every_reference_is_to_a_resource_of_the_bundle(bundles):
    seen = set()
    for bundle in bundles.values():
        addresses = [one["fullUrl"] for one in bundle["entry"]]
        assert len(set(addresses)) == len(addresses)
        assert addresses == [f"urn:uuid:{one['resource']['id']}" for one in bundle["entry"]]
        for address in re.findall(r'"reference": "(urn:[^"]+)"', json.dumps(bundle, default=float)):
            assert address in addresses
        assert not seen & set(addresses)
        seen |= set(addresses)


UCUM = {"pg/mL": "pg/mL", "mg/L": "mg/L", "g/L": "g/L", "10⁹/L": "10*9/L"}


def test_values_limits_units_and_codes_are_those_of_the_study(bundles, rows, beside, settings):
    measured = settings["markers"] | settings["companions"]
    for patient in rows:
        found = {
            (day_of(one)[0], one["code"]["text"]): one for one in of_kind(bundles[patient], "Observation")
        }
        expected = rows[patient] + beside.get(patient, [])
        assert len(found) == len(expected)
        for row in expected:
            marker = measured[row["marker"]]
            one = found[int(row["day"]), marker["label"]]
            loinc = [{"system": "http://loinc.org", "code": marker["loinc"]}] if "loinc" in marker else None
            assert one["code"].get("coding") == loinc
            assert [limit["high"]["value"] for limit in one.get("referenceRange", [])] == [
                marker[key] for key in ("uln",) if key in marker
            ]
            assert one.get("method", {}).get("text") == marker.get("assay")
            assert [held["type"]["text"] for held in one.get("contained", [])] == [
                marker[key] for key in ("matrix",) if key in marker
            ]
            assert one.get("note", [{"text": ""}])[0]["text"] == row["comment"]
            if not row["value"]:
                assert "valueQuantity" not in one
                continue
            value = one["valueQuantity"]
            assert value.get("comparator", "") + str(value["value"]) == row["value"]
            assert (value["unit"], value["system"], value["code"]) == (
                marker["unit"],
                "http://unitsofmeasure.org",
                UCUM[marker["unit"]],
            )


def test_the_patient_is_a_pseudonym_and_there_is_no_date(bundles, answers):
    systems = set()
    for patient, bundle in bundles.items():
        (who,) = of_kind(bundle, "Patient")
        assert set(who) == {"resourceType", "id", "meta", "identifier", "gender"}
        assert who["identifier"][0]["value"] == patient
        assert who["gender"] == answers[patient]["sex"]
        systems.add(who["identifier"][0]["system"])
        codes = {one["code"] for one in who["meta"]["security"]}
        assert codes == {"PSEUDED", "HTEST"}
        text = json.dumps(bundle, default=float)
        assert re.findall(r"\d{4}-\d{2}-\d{2}T", text) == ["2023-11-14T"]  # the time stamp of the bundle
        assert "birth" not in text
    assert len(systems) == 1
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", systems.pop())


def test_the_infusion_is_a_procedure_from_which_days_count(bundles, answers):
    for patient, bundle in bundles.items():
        done = of_kind(bundle, "Procedure")
        infused = answers[patient]["infusion"] == "yes"
        assert len(done) == infused
        for one in of_kind(bundle, "Observation"):
            target = day_of(one)[1]
            if infused:
                assert target == {"reference": f"urn:uuid:{done[0]['id']}"}
            else:
                assert target == {"display": "First visit of the patient"}
        if infused:
            assert done[0]["status"] == "completed"
            assert done[0]["_performedDateTime"]["extension"][0]["valueCode"] == "masked"


def test_the_report_names_every_observation_once(bundles):
    for bundle in bundles.values():
        (report,) = of_kind(bundle, "DiagnosticReport")
        listed = [one["reference"] for one in report["result"]]
        assert listed == [f"urn:uuid:{one['id']}" for one in of_kind(bundle, "Observation")]


def test_observed_data_are_no_test_data(changed):
    study, results = changed(settings={"provenance: illustrative ": "provenance: observed "})
    codes = [one["code"] for one in made(study, results, "P01")["meta"]["security"]]
    assert codes == ["PSEUDED"]


def test_identifiers_stay_when_a_value_changes(changed):
    before = made(*changed(measurements=[("P01", -9, "vegf", "4309", "")]), "P01")
    after = made(*changed(measurements=[("P01", -9, "vegf", "<31", "")]), "P01")
    assert [one["fullUrl"] for one in before["entry"]] == [one["fullUrl"] for one in after["entry"]]
    assert of_kind(after, "Observation")[0]["valueQuantity"]["comparator"] == "<"
    assert before["identifier"] != after["identifier"]


def test_a_unit_that_is_none_of_ucum_is_text_and_a_known_one_is_coded(changed):
    settings = {
        "unit: pg/mL\n    matrix: serum\n    assay: Elecsys": "unit: {}\n    matrix: serum\n    assay: Elecsys"
    }
    for unit, code in (("arbitrary units", None), ("10⁹/L", "10*9/L")):
        change = {old: new.format(unit) for old, new in settings.items()}
        study, results = changed(settings=change, measurements=[("P01", 1, "il6", "12.5", "")])
        value = of_kind(made(study, results, "P01"), "Observation")[0]["valueQuantity"]
        assert (value["unit"], value.get("code")) == (unit, code)
        assert ("system" in value) == (code is not None)


def test_hostile_text_and_exact_digits_survive(changed):
    hostile = '\\u00005 {"a": "b"}, </x> =1+1 \'c\' \\'
    quoted = '"' + hostile.replace('"', '""') + '"'
    study, results = changed(
        measurements=[
            ("P01", 1, "vegf", "0.00010", quoted),
            ("P01", 2, "vegf", "9999999", ""),
            ("P01", 3, "vegf", "≤31.0", ""),
        ]
    )
    first, second, third = of_kind(made(study, results, "P01"), "Observation")
    assert first["note"] == [{"text": hostile}]
    assert str(first["valueQuantity"]["value"]) == "0.00010"
    assert second["valueQuantity"]["value"] == 9_999_999
    assert (third["valueQuantity"]["comparator"], str(third["valueQuantity"]["value"])) == ("<=", "31.0")


def test_a_missing_value_and_a_converted_one_say_so(make_study):
    rows = "patient_id,day,marker,value,unit\nP01,-5,vegf,3.5,ng/mL\nP01,1,vegf,,\n"
    study = load_study(make_study(measurements__csv=rows, claims__yml=None))
    converted, missing = of_kind(made(study, analyse(study), "P01"), "Observation")
    assert (converted["valueQuantity"]["value"], converted["valueQuantity"]["code"]) == (3500, "pg/mL")
    assert converted["note"] == [{"text": "Reported as 3.5 ng/mL"}]
    assert missing["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    assert "valueQuantity" not in missing


def test_a_patient_without_any_value_has_a_valid_bundle_too(changed):
    study, results = changed(measurements=[("P02", 1, "vegf", "12", "")])
    bundle = made(study, results, "P01")
    Bundle.model_validate_json(json.dumps(bundle, default=float))
    assert of_kind(bundle, "Observation") == []
    assert "result" not in of_kind(bundle, "DiagnosticReport")[0]
