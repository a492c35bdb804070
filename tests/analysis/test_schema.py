"""results.json follows the schema that the package publishes, and the schema refuses what is wrong."""

from __future__ import annotations

import copy
import dataclasses
import json
import math

import pytest

from poems_report import analyse, load_study
from poems_report.analysis import results_schema
from poems_report.provenance import to_json
from tests.analysis.schema_check import faults


@pytest.fixture(scope="module")
def content(results):
    return json.loads(to_json(results.to_dict()))


def test_the_illustrative_study_follows_the_schema(content):
    assert faults(content, results_schema()) == []


def test_an_empty_study_and_one_marker_follow_it_too(make_study, root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    alone = text[: text.index("  il6:\n")].replace("compared: {reference: vegf, candidate: il6}", "")
    for files in (
        {"measurements__csv": "patient_id,day,marker,value\n"},
        {
            "study__yml": alone,
            "measurements__csv": "patient_id,day,marker,value\nP01,1,vegf,100\n",
            "claims__yml": None,
        },
    ):
        found = analyse(load_study(make_study(**files))).to_dict()
        assert faults(json.loads(to_json(found)), results_schema()) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("results", "patients.n", "estimate"), "8"),
        (("results", "patients.n", "p"), 1.5),
        (("results", "patients.n", "method"), ""),
        (("results", "patients.n", "new"), 1),
        (("results", "plain"), {}),
        (("claims", "steep_fall", "verdict"), "maybe"),
        (("patients", "P01", "data"), "xyz"),
        (("patients", "P01", "responses"), []),
        (("patients", "P01", "responses", 0, "category"), "good"),
        (("reliability", "low", 0), -0.1),
        (("power", 0, "test"), "t"),
        (("sensitivity", 0, "key"), "no dot"),
        (("response_cutoff", "value"), 0),
        (("nonsense",), 1),
    ],
)
def test_the_schema_refuses_what_is_wrong(content, path, value):
    wrong = copy.deepcopy(content)
    place = wrong
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert faults(wrong, results_schema())


@pytest.mark.parametrize(
    "name", ["study", "results", "claims", "patients", "power", "sensitivity", "reliability"]
)
def test_the_schema_asks_for_every_part(content, name):
    assert faults({key: value for key, value in content.items() if key != name}, results_schema())


def test_numbers_have_full_precision_and_are_finite(results, content):
    for key, one in results.results.items():
        assert content["results"][key]["estimate"] == one.estimate
    assert content["reliability"]["agreement"] == list(results.reliability.agreement)

    def numbers(value):
        if isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from numbers(one)
        elif isinstance(value, float):
            yield value

    assert all(map(math.isfinite, numbers(content)))


def test_without_fingerprints_the_data_of_a_patient_are_an_empty_text(results):
    found = json.loads(to_json(dataclasses.replace(results, fingerprints={}).to_dict()))
    assert {one["data"] for one in found["patients"].values()} == {""}
    assert faults(found, results_schema()) == []


def test_the_same_study_gives_the_same_bytes(study, results):
    assert to_json(analyse(study).to_dict()) == to_json(results.to_dict())
