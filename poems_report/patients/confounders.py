"""What else may move a marker; printed beside a value that it may have moved.

Sources: steroids, hydration, platelets and fever on the day after infusion, Webb, Clin Sci 1998;94:395 for platelets;
raised VEGF without POEMS activity, Pihan, Neurol Neuroimmunol Neuroinflamm 2018, doi 10.1212/NXI.0000000000000486.
"""

from __future__ import annotations

from poems_report.analysis import PatientResult
from poems_report.patients.context import Context
from poems_report.patients.record import Record

DISTURBED_BY = {"tocilizumab": "il6", "siltuximab": "il6", "bevacizumab": "vegf"}
"""Antibodies, and the marker that each binds or whose receptor it blocks, so that the assay is disturbed."""


def confounders(record: Record, result: PatientResult, context: Context) -> list[str]:
    """Sentences on what may have moved the markers: on the day after infusion, late, and by a drug."""
    return [*_day_after(result, context), *_raised(record, context), *_drugs(record, context)]


def _day_after(result: PatientResult, context: Context) -> list[str]:
    words = context.words
    fallen = [one.marker for one in result.changes if one.kind == "day_after" and one.percent < 0]
    if not fallen:
        return []
    named = [name for name in dict.fromkeys(fallen) if f"patient.confounder.{name}" in words.texts]
    return [
        words["patient.confounder.any"],
        *(words.text(f"patient.confounder.{name}", marker=context.label(name)) for name in named),
    ]


def _raised(record: Record, context: Context) -> list[str]:
    """Where the last value is raised, after infusion: what else raises the marker."""
    words, notes = context.words, []
    for name in context.config.markers:
        told = [one for one in record.of_marker(name) if one.value is not None]
        key = f"patient.confounder.raised_{name}"
        if record.infused and told and told[-1].day > 0 and told[-1].raised and key in words.texts:
            notes.append(words.text(key, marker=context.label(name)))
    return notes


def _drugs(record: Record, context: Context) -> list[str]:
    found: dict[tuple[str, str], int] = {}
    for event in record.events:
        text = f"{event.name} {event.detail}".casefold()
        for drug, name in DISTURBED_BY.items():
            if drug in text and name in context.config.markers:
                found.setdefault((drug, name), event.day)
    return [
        context.words.text(
            "patient.confounder.drug",
            drug=drug.capitalize(),
            day=context.day(day),
            marker=context.label(name),
        )
        for (drug, name), day in found.items()
    ]
