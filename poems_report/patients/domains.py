"""The five response domains: one computed by profile, four entered by the clinicians."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

from poems_report import formats
from poems_report.analysis import PatientResult, Response
from poems_report.patients.context import Context
from poems_report.patients.identity import recorded
from poems_report.patients.layout import LONG_BASIS, LONG_FIELD
from poems_report.patients.model import Domain, ResponseSection, Text
from poems_report.patients.record import Record
from poems_report.study.columns import RESPONSE_DOMAINS

_DAY = re.compile(r"[+\-\u2212]\s?\d|\b(day|giorno)\s?\d", re.IGNORECASE)
"""What a response text says of its day: day +371, giorno -7, (+30)."""

MOST_RUNS = 3
"""With more changes of response than this, or more visits in a row, earlier ones are counted, not listed by day."""


def response_section(record: Record, result: PatientResult, context: Context) -> ResponseSection:
    """All five domains, the computed one first, with its definition below."""
    words = context.words
    entered = (_entered(record, name, context) for name in RESPONSE_DOMAINS)
    domains = (_computed(record, result, context), *entered)
    return ResponseSection(
        heading=words["patient.heading.response"],
        columns=(
            words["patient.response.domain"],
            words["patient.response.response"],
            words["patient.response.basis"],
        ),
        domains=domains,
        notes=(_definition(context), words["patient.response.no_consensus"]),
        long=any(len(one.response.text) > LONG_FIELD or len(one.basis) > LONG_BASIS for one in domains),
    )


def _entered(record: Record, name: str, context: Context) -> Domain:
    words, response = context.words, recorded(record, name, context)
    domain = words[f"response.domain.{name}"]
    if not response.known:
        return Domain(domain, response, words["patient.response.to_enter"])
    stated = getattr(context.config.response_definitions, name)
    definition = (
        words.text("patient.response.entered_definition", text=stated)
        if stated
        else words["patient.response.no_definition"]
    )
    basis = words.text("patient.response.entered", definition=definition)
    return Domain(
        domain,
        response,
        basis if _DAY.search(response.text) else f"{basis}; {words['patient.response.no_day']}",
    )


def _computed(record: Record, result: PatientResult, context: Context) -> Domain:
    words, last = context.words, result.response
    parts = _compared(record, last, context) or [words["patient.response.computed"]]
    parts += _earlier(result.responses, context)
    if last.flag:
        rise = formats.as_set(context.config.response.progression_rise_percent, words.language)
        parts.append(words.text(f"response.{last.flag}", rise=rise))
    return Domain(
        context.label(context.reference),
        Text(response_words(last, context, with_day=True), known=last.category != "not_evaluable"),
        "; ".join(parts),
    )


def response_words(response: Response, context: Context, with_day: bool = False) -> str:
    """A category in words, with its day where asked for, and with the reason where it cannot be evaluated."""
    words = context.words
    category = words[f"response.{response.category}"]
    if with_day and response.day is not None:
        category = words.text("patient.response.on_day", response=category, day=context.day(response.day))
    if response.category != "not_evaluable":
        return category
    earliest = context.day(context.config.response_earliest_day)
    reason = words.text(f"response.reason.{response.reason}", day=earliest)
    return words.text("patient.response.because", category=category, reason=reason)


def _compared(record: Record, response: Response, context: Context) -> list[str]:
    reported = {one.day: one.reported for one in record.of_marker(context.reference)}
    found = []
    for key, day in (("baseline", response.baseline_day), ("lowest", response.nadir_day)):
        if day is not None and not (key == "lowest" and day == response.baseline_day):
            text = f"patient.response.{key}"
            found.append(context.words.text(text, value=reported[day], day=context.day(day)))
    return found


def _earlier(responses: tuple[Response, ...], context: Context) -> list[str]:
    """Responses before the last, equal ones in a row taken together."""
    words, last = context.words, _short(responses[-1], context)
    runs = [
        (text, [one.day for one in same if one.day is not None])
        for text, same in groupby(responses[:-1], key=lambda one: _short(one, context))
    ]
    if not runs:
        return []
    if [text for text, _ in runs] == [last]:
        n, first = len(responses) - 1, responses[0].day
        if n > MOST_RUNS and first is not None:
            return [words.text("patient.response.same_since", n=n, day=context.day(first))]
        return [words.text("patient.response.same", days=context.day_list(runs[0][1]))]
    if len(runs) > MOST_RUNS:
        counts = Counter(_short(one, context) for one in responses[:-1])
        listed = [words.text("patient.response.at_visits", response=text, n=n) for text, n in counts.items()]
    else:
        listed = [_run(text, days, context) for text, days in runs]
    return [words.text("patient.response.earlier", responses=", ".join(listed))]


def _run(text: str, days: list[int], context: Context) -> str:
    if len(days) > MOST_RUNS:
        return context.words.text("patient.response.at_visits", response=text, n=len(days))
    return f"{text} ({context.day_list(days)})"


def _short(response: Response, context: Context) -> str:
    """A category in few words, for a list of earlier responses."""
    if response.category == "progression":
        return context.words["patient.response.progression_short"]
    return response_words(response, context)


def _definition(context: Context) -> str:
    cutoff, words = context.cutoff, context.words
    if cutoff is None:
        return words["patient.response.no_cutoff"]
    marker = context.config.markers[context.reference]
    limit = (
        words["patient.response.limit_uln"]
        if cutoff.value is None
        else words.text(
            "patient.response.limit_value",
            value=formats.quantity(cutoff.value, words.language),
            unit=marker.unit,
            matrix=context.matrix(cutoff.matrix or marker.matrix),
        )
    )
    rules = context.config.response
    text = words.text(
        "patient.response.definition",
        marker=marker.label,
        profile=cutoff.profile,
        source=cutoff.source,
        limit=limit,
        fall=formats.as_set(rules.partial_fall_percent, words.language),
        rise=formats.as_set(rules.progression_rise_percent, words.language),
        day=context.day(context.config.response_earliest_day),
    )
    return text if cutoff.verified else f"{text} {words['patient.response.to_be_confirmed']}"
