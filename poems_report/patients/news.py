"""What is new on the page since the last board: values, corrections, events, and whether the response moved."""

from __future__ import annotations

from itertools import groupby

from poems_report import formats
from poems_report.analysis import PatientResult, Response
from poems_report.patients.context import Context
from poems_report.patients.domains import response_words
from poems_report.patients.model import Paragraph
from poems_report.patients.record import Measurement, Record
from poems_report.patients.since import Since

MOST_LISTED = 6
"""More new values than this are counted; each carries its mark in the table."""


def news(record: Record, result: PatientResult, context: Context) -> Paragraph | None:
    """What is new since the last board; None where none was named."""
    since = context.since
    if since is None:
        return None
    items = (
        _values(record, context, since),
        *_corrections(record, context, since),
        *_events(record, context, since),
        _response(result, context, since),
        *(() if since.version == "" else (context.words["patient.new.uncompared"],)),
    )
    return Paragraph(context.words["patient.heading.new"], items)


def _values(record: Record, context: Context, since: Since) -> str:
    words = context.words
    name = (
        words.text("patient.new.version", version=since.version)
        if since.day is None
        else context.day(since.day)
    )
    found = [one for one in record.measurements if since.has_new(record.patient_id, one)]
    beside = [one for one in record.companions if since.has_new(record.patient_id, one, companion=True)]
    if not found and not beside:
        return words.text("patient.new.nothing", since=name)
    if not found or len(found) > MOST_LISTED:
        n = formats.count(len(found) + len(beside), words.language)
        return words.text("patient.new.counted", since=name, n=n)
    return words.text("patient.new.values", since=name, values="; ".join(_by_day(found, context)))


def _by_day(found: list[Measurement], context: Context) -> list[str]:
    """VEGF 722, IL-6 12.9 (day +360): the values of each day, in the order of the markers."""
    return [
        ", ".join(
            f"{context.label(one.marker)} {one.reported}"
            for one in sorted(own, key=lambda one: context.stroke(one.marker))
        )
        + f" ({context.day(day)})"
        for day, own in groupby(found, key=lambda one: one.day)
    ]


def _told(one: Measurement, context: Context) -> str:
    return f"{context.label(one.marker)} {one.reported} ({context.day(one.day)})"


def _corrections(record: Record, context: Context, since: Since) -> list[str]:
    words = context.words
    corrected = [
        words.text("patient.new.was", value=_told(one, context), old=old)
        for one in record.measurements
        if one.value is not None
        and (old := since.reported(record.patient_id, one)) not in (None, one.reported)
    ]
    withdrawn = [
        f"{context.label(marker) if marker in context.config.measured else marker} {text} ({context.day(day)})"
        for marker, day, text in since.withdrawn(record)
    ]
    return [
        words.text(f"patient.new.{key}", values=", ".join(values))
        for key, values in (("corrected", corrected), ("withdrawn", withdrawn))
        if values
    ]


def _events(record: Record, context: Context, since: Since) -> list[str]:
    if since.day is None:
        return []
    found = [f"{one.name} ({context.day(one.day)})" for one in record.events if one.day > since.day]
    return [context.words.text("patient.new.events", events=", ".join(found))] if found else []


def _response(result: PatientResult, context: Context, since: Since) -> str:
    """Whether the computed response is another than the board knew, told with both."""
    words, now, before = context.words, result.response, since.response(result)
    marker = context.label(context.reference)
    if before is None:
        if now.category == "not_evaluable":
            return words.text("patient.new.no_response", marker=marker)
        return words.text("patient.new.first_response", marker=marker, now=_with_day(now, context))
    key = "same_response" if _same(before, now) else "other_response"
    old = _with_day(before, context)
    return words.text(f"patient.new.{key}", marker=marker, old=old, now=_with_day(now, context))


def _same(before: Response, now: Response) -> bool:
    return (before.category, before.reason) == (now.category, now.reason)


def _with_day(response: Response, context: Context) -> str:
    return response_words(response, context, with_day=True)
