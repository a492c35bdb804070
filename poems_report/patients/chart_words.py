"""What the chart's lines do, in words, for readers who cannot see them."""

from __future__ import annotations

from poems_report import formats
from poems_report.labels import Labels
from poems_report.patients.record import Measurement, Record
from poems_report.study.config import Marker, StudyConfig


def alt_text(record: Record, config: StudyConfig, words: Labels) -> str:
    """One or two sentences a marker, then the infusion, and what the signs mean."""
    parts = [words["patient.chart.alt_axes"]]
    parts += [_marker(marker, record.of_marker(name), words) for name, marker in config.markers.items()]
    if record.infused:
        parts.append(words["patient.chart.alt_infusion"])
    return " ".join(parts)


def _marker(marker: Marker, rows: tuple[Measurement, ...], words: Labels) -> str:
    present = [one for one in rows if one.value is not None]
    if not present:
        return words.text("patient.chart.alt_nothing", marker=marker.label)
    first, last = present[0], present[-1]
    if len(present) == 1:
        return words.text("patient.chart.alt_one", marker=marker.label, value=_value(first, words))
    text = words.text(
        "patient.chart.alt_line",
        marker=marker.label,
        n=formats.count(len(present), words.language),
        first=_value(first, words),
        last=_value(last, words),
        way=words[f"patient.chart.alt_{_way(first, last)}"],
    )
    lowest = min(present, key=lambda one: (one.value, one.censored))
    highest = max(present, key=lambda one: (one.value, one.censored))
    for key, one in (("alt_highest", highest), ("alt_lowest", lowest)):
        if one not in (first, last):
            text += " " + words.text(f"patient.chart.{key}", value=_value(one, words))
    missing = len(rows) - len(present)
    return f"{text} {words.text('patient.chart.alt_missing', n=missing)}" if missing else text


def _way(first: Measurement, last: Measurement) -> str:
    before, after = (first.value, first.censored), (last.value, last.censored)
    return "falls" if after < before else "rises" if after > before else "level"


def _value(one: Measurement, words: Labels) -> str:
    key = {True: "above", False: "not_above", None: "open"}[one.raised]
    return words.text(
        "patient.chart.alt_value",
        value=one.reported,
        unit=one.unit,
        day=formats.day(one.day, words["common.day"]),
        state=words[f"patient.state.{key}"],
        uln=formats.quantity(one.uln, words.language),
    )
