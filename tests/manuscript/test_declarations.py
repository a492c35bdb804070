"""What the study declares, and what it leaves open, as the chapters print it; how many claims hold."""

from __future__ import annotations

from dataclasses import replace

from poems_report.labels import labels
from poems_report.manuscript.report import Report
from poems_report.study.config import Declarations


def report_of(study, results, **stated: str) -> Report:
    config = study.config.model_copy(update={"declarations": Declarations(**stated)})
    return Report(replace(study, config=config), results, labels())


def test_what_is_missing_is_named_and_counted(study, results) -> None:
    one = report_of(study, results, funding="No funding.")
    assert one.declaration("funding") == "No funding."
    assert one.declaration("ethics") == "[TO BE COMPLETED: committee, number and date of the approval]"
    assert one.open_declarations == "5 of 6 declarations are still to be completed and count as not reported."


def test_nothing_is_open_where_all_is_said(study, results) -> None:
    one = report_of(study, results, **dict.fromkeys(Declarations.model_fields, "Said."))
    assert one.open_declarations == "No declaration is left to be completed."
    assert {one.declaration(name) for name in Declarations.model_fields} == {"Said."}


def test_claims_are_counted_by_verdict(study, results) -> None:
    claims = tuple(
        replace(one, verdict=v)
        for one, v in zip(results.claims, ["holds"] * 3 + ["does not hold"] * 2, strict=True)
    )
    one = Report(study, replace(results, claims=claims), labels())
    assert [str(one.claims(*verdict)) for verdict in ([], ["holds"], ["does not hold"], ["not estimable"])] == [
        "5", "3", "2", "0",
    ]  # fmt: skip


def test_the_software_is_named_with_versions(study, results) -> None:
    import numpy
    import scipy

    told = report_of(study, results).software
    assert f"numpy {numpy.__version__}" in told
    assert f"scipy {scipy.__version__}" in told
    assert told.startswith("poems-report ")
