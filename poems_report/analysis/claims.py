"""Claims: each statement of the manuscript against the results that carry it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from poems_report.analysis.results import Result, Verdict
from poems_report.errors import AnalysisError
from poems_report.study.config import Claim, Condition

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(claim: Claim, results: Mapping[str, Result]) -> Verdict:
    """Whether a claim holds: every condition must.

    Raises:
        AnalysisError: a condition names a result or a field that does not exist.
    """
    numbers: dict[str, float | None] = {}
    outcomes: list[bool | None] = []
    for condition in claim.holds_if:
        left = _number(claim, condition.result, condition.field, results)
        numbers[_name(condition.result, condition)] = left
        right = condition.value
        if condition.than is not None:
            right = _number(claim, condition.than, condition.field, results)
            numbers[_name(condition.than, condition)] = right
        outcomes.append(None if left is None or right is None else _COMPARE[condition.op](left, right))
    estimable = None not in outcomes
    verdict = "does not hold" if False in outcomes else "holds" if estimable else "not estimable"
    return Verdict(claim.id, claim.statement, claim.section, verdict, numbers)


def _name(key: str, condition: Condition) -> str:
    return key if condition.field == "estimate" else f"{key}.{condition.field}"


def _number(claim: Claim, key: str, field: str, results: Mapping[str, Result]) -> float | None:
    if key not in results:
        raise AnalysisError(
            f"claims.yml: {claim.id}: there is no result {key!r}; see results.json for all keys"
        )
    value = getattr(results[key], field, None)
    if not hasattr(results[key], field) or isinstance(value, str):
        raise AnalysisError(f"claims.yml: {claim.id}: {key} has no number {field!r}")
    return None if value is None else float(value)
