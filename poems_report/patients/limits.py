"""Data gaps and limits: what is missing, and what the page cannot say."""

from __future__ import annotations

from poems_report import formats
from poems_report.patients.context import Context
from poems_report.patients.model import Limits
from poems_report.patients.record import Record
from poems_report.study.columns import CRITERIA, RESPONSE_DOMAINS

COMPANIONS = ("platelets", "crp")
"""Markers that belong beside VEGF and IL-6 where they are measured."""

_FREE_FIELDS = ("sex", "age_band", "mprotein", "ecog", "onls", "comorbidity", "preference", "question")


def limits(record: Record, context: Context) -> Limits:
    """Every gap by name, then the limits of every page."""
    words = context.words
    items = [
        *_marker_gaps(record, context),
        *_named("not_assessed", [name for name in CRITERIA if record.fields[name] not in ("yes", "no")], context),
        *_named("not_recorded", [name for name in _FREE_FIELDS if not record.fields[name]], context),
        *_named("response_missing", [name for name in RESPONSE_DOMAINS if not record.fields[name]], context),
        *_companions(context),
    ]
    if context.illustrative:
        items.append(words["notice.illustrative_long"])
    items.append(words["patient.limits.support"])
    return Limits(words["patient.heading.limits"], tuple(items))


def _marker_gaps(record: Record, context: Context) -> list[str]:
    """Days without a value of one marker, by marker; markers never measured; no value before infusion."""
    words, items = context.words, []
    for name, marker in context.config.markers.items():
        with_value = {one.day for one in record.of_marker(name) if one.value is not None}
        if not with_value:
            items.append(words.text("patient.limits.never", marker=marker.label))
            continue
        gaps = [day for day in record.visit_days if day not in with_value]
        if gaps:
            items.append(words.text("patient.limits.gap", marker=marker.label, days=context.day_list(gaps)))
        if record.infused and min(with_value) > 0:
            items.append(words.text("patient.limits.no_baseline", marker=marker.label))
    return items


def _named(key: str, names: list[str], context: Context) -> list[str]:
    if not names:
        return []
    words = context.words
    home = {"not_assessed": "criterion", "not_recorded": "patient.field", "response_missing": "response.domain"}
    listed = formats.listing([_lower(words[f"{home[key]}.{name}"]) for name in names], words["patient.and"])
    return [words.text(f"patient.limits.{key}", what=listed)]


def _lower(text: str) -> str:
    """A label within a sentence; abbreviations such as ECOG or VEGF keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _companions(context: Context) -> list[str]:
    words = context.words
    absent = [words[f"patient.companion.{name}"] for name in COMPANIONS if name not in context.config.markers]
    if not absent:
        return []
    return [words.text("patient.limits.companions", what=formats.listing(absent, words["patient.and"]))]
