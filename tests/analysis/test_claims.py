from __future__ import annotations

import pytest

from poems_report.analysis.claims import evaluate
from poems_report.analysis.results import Result
from poems_report.errors import AnalysisError
from poems_report.study.config import Claim

RESULTS = {
    "a": Result(0.8, "a", n=5, ci_low=0.3, ci_high=0.9, level=0.95),
    "b": Result(0.5, "b", n=4),
    "c": Result(None, "c", n=0, reason="no pair"),
}


def claim(*conditions):
    return Claim.model_validate({"id": "x", "statement": "s", "holds_if": list(conditions)})


@pytest.mark.parametrize(
    ("conditions", "verdict"),
    [
        ([{"result": "a", "op": ">=", "value": 0.8}], "holds"),
        ([{"result": "a", "op": ">", "value": 0.8}], "does not hold"),
        ([{"result": "b", "op": "<", "than": "a"}], "holds"),
        ([{"result": "a", "field": "ci_low", "op": ">", "value": 0.5}], "does not hold"),
        ([{"result": "c", "op": ">", "value": 0}], "not estimable"),
        ([{"result": "c", "op": ">", "value": 0}, {"result": "a", "op": "<", "value": 0}], "does not hold"),
        ([{"result": "a", "op": "!=", "value": 0}, {"result": "b", "op": "==", "value": 0.5}], "holds"),
    ],
)
def test_verdict(conditions, verdict):
    assert evaluate(claim(*conditions), RESULTS).verdict == verdict


def test_the_numbers_are_those_of_the_results():
    found = evaluate(
        claim({"result": "b", "op": "<", "than": "a"}, {"result": "a", "field": "n", "op": "==", "value": 5}),
        RESULTS,
    )
    assert found.numbers == {"b": 0.5, "a": 0.8, "a.n": 5}


@pytest.mark.parametrize(
    "condition", [{"result": "z"}, {"result": "a", "field": "method"}, {"result": "a", "field": "zz"}]
)
def test_a_result_that_is_not_there_is_named(condition):
    with pytest.raises(AnalysisError, match=r"claims\.yml: x: "):
        evaluate(claim({**condition, "op": ">", "value": 0}), RESULTS)


def test_a_p_value_needs_its_floor():
    with pytest.raises(AnalysisError, match="floor"):
        Result(0.1, "m", n=3, p=0.2)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_result_is_finite(number):
    with pytest.raises(AnalysisError, match="finite"):
        Result(number, "m")


def test_no_estimate_without_a_reason():
    with pytest.raises(AnalysisError, match="reason"):
        Result(None, "m")


def test_a_key_that_is_not_there_is_answered_with_the_nearest(results):
    with pytest.raises(AnalysisError) as error:
        _ = results["agreement.latee"]
    told = str(error.value)
    assert told.startswith("there is no result 'agreement.latee'; nearest: agreement.late, ")
    assert len(told.split("nearest: ")[1].split(", ")) == 3
    with pytest.raises(AnalysisError, match=r"there is no result 'xyz'; nearest: none alike$"):
        _ = results["xyz"]
