"""Data gaps and limits: what is missing, and what the page cannot say."""

from __future__ import annotations

from poems_report import formats
from poems_report.patients.context import Context
from poems_report.patients.model import Paragraph
from poems_report.patients.record import Record
from poems_report.patients.signs import replaced
from poems_report.study.columns import CRITERIA, FINDINGS, RESPONSE_DOMAINS

COMPANIONS = ("platelets", "crp")
"""What belongs beside VEGF and IL-6 where it is measured."""

_FREE_FIELDS = (
    "sex",
    "age_band",
    "mprotein",
    "ecog",
    "onls",
    "comorbidity",
    "preference",
    "question",
    *FINDINGS,
)


def limits(record: Record, context: Context) -> Paragraph:
    """Every gap by name, then the limits of every page."""
    words = context.words
    items = [
        *(() if record.infused else (words["patient.limits.first_visit"],)),
        *_marker_gaps(record, context),
        *_conversions(record, context),
        *_named(
            "not_assessed", [name for name in CRITERIA if record.fields[name] not in ("yes", "no")], context
        ),
        *_named("not_recorded", [name for name in _FREE_FIELDS if not record.fields[name]], context),
        *_named("response_missing", [name for name in RESPONSE_DOMAINS if not record.fields[name]], context),
        *_companions(record, context),
        *_replaced(record, context),
    ]
    if context.illustrative:
        items.append(words["notice.illustrative_long"])
    items.append(words["patient.limits.support"])
    return Paragraph(words["patient.heading.limits"], tuple(items))


def _replaced(record: Record, context: Context) -> list[str]:
    """Where signs that no font has stand as code points."""
    words = context.words
    names = [
        words["patient.heading.timeline"]
        if place == "event"
        else words["patient.values.remark"]
        if place == "comment"
        else words.texts.get(f"patient.field.{place}") or words[f"response.domain.{place}"]
        for place in replaced(record)
    ]
    listed = formats.listing(names, words["patient.and"])
    return [words.text("patient.limits.replaced", what=listed)] if names else []


def _marker_gaps(record: Record, context: Context) -> list[str]:
    """Markers never measured, those without a value before infusion, and the days that lack a marker."""
    words = context.words
    days_of = {
        name: {one.day for one in record.of_marker(name) if one.value is not None}
        for name in context.config.markers
    }
    never = [context.label(name) for name, days in days_of.items() if not days]
    late = [
        context.label(name) for name, days in days_of.items() if record.infused and days and min(days) > 0
    ]
    items = [
        words.text(f"patient.limits.{key}", markers=formats.listing(names, words["patient.and"]))
        for key, names in (("never", never), ("no_baseline", late))
        if names
    ]
    for name, days in days_of.items():
        gaps = [day for day in record.visit_days if day not in days]
        if days and gaps:
            shown = context.day_list(gaps)
            items.append(words.text("patient.limits.gap", marker=context.label(name), days=shown))
    return items


def _conversions(record: Record, context: Context) -> list[str]:
    """Values that the laboratory reported in another unit than the marker's."""
    words = context.words
    found = [
        words.text(
            "patient.limits.converted_value",
            marker=context.label(one.marker),
            day=context.day(one.day),
            reported=one.converted_from,
        )
        for one in record.measurements
        if one.converted_from
    ]
    return (
        [words.text("patient.limits.converted", what=formats.listing(found, words["patient.and"]))]
        if found
        else []
    )


def _named(key: str, names: list[str], context: Context) -> list[str]:
    if not names:
        return []
    words = context.words
    home = {
        "not_assessed": "criterion",
        "not_recorded": "patient.field",
        "response_missing": "response.domain",
    }
    listed = formats.listing([words[f"{home[key]}.{name}"] for name in names], words["patient.and"])
    return [words.text(f"patient.limits.{key}", what=listed)]


def _companions(record: Record, context: Context) -> list[str]:
    """What belongs beside the markers and is no part of the study, or was not measured in this patient."""
    words, declared = context.words, context.config.companions
    measured = {one.marker for one in record.companions if one.value is not None}
    absent = [
        words[f"patient.companion.{name}"] for name in COMPANIONS if name not in context.config.measured
    ]
    missing = [one.label for name, one in declared.items() if name not in measured]
    return [
        words.text(f"patient.limits.{key}", what=formats.listing(names, words["patient.and"]))
        for key, names in (("companions_missing", missing), ("companions", absent))
        if names
    ]
