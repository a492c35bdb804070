"""What the title block quotes: versions, date, the numbers of the abstract."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from poems_report import provenance
from poems_report.manuscript.origin import markdown
from poems_report.manuscript.report import Report

ENGINE_VARIABLE = "POEMS_REPORT_ENGINE"


def versions(project: Path, report_version: str, profiles: Sequence[str]) -> dict[str, str]:
    """What of the title block follows from the project alone: versions, date, engine; no commit if anonymous."""
    clock = provenance.clock(project)
    revision = "" if "anonymous" in profiles else provenance.commit(project)
    return {
        "report_version": report_version,
        "program_version": provenance.package_version(),
        "commit": revision[:12] if revision else "not stated",
        "date": f"{clock.day} {clock:%B %Y}",
        "engine": os.environ.get(ENGINE_VARIABLE, "quarto"),
    }


def numbers(report: Report) -> dict[str, str]:
    """What of the title block follows from the study, as Markdown: its version, notices, numbers of the abstract."""
    told = {
        "data_version": report.study.data_version,
        "notice": report.words[f"report.notice.{report.study.config.provenance}"],
        "provenance": report.provenance,
        "reference": report.marker("reference"),
        "candidate": report.marker("candidate"),
        "patients": report.count("patients.n"),
        "visits": report.count("visits.paired"),
        "before": report.of("before.both_raised"),
        "fall_reference": report.change("day_after.{reference}.ratio"),
        "fall_candidate": report.change("day_after.{candidate}.ratio"),
        "fall_p": report.p("day_after.{reference}.log2"),
        "fall_p_candidate": report.p("day_after.{candidate}.log2"),
        "after_only": report.of("after_only.concordant"),
        "active": report.share("agreement.active"),
        "early": report.share("agreement.early"),
        "late": report.share("agreement.late"),
        "within": report.estimate("within.{pair}.r", "r"),
        "conclusion": report.verdict("reliable_early"),
    }
    return {name: markdown(text) for name, text in told.items()}
