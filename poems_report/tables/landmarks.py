"""The table of change and response at the landmarks after infusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.analysis import AtLandmark, Change
from poems_report.labels import Labels, labels
from poems_report.tables.measured import category_of
from poems_report.tables.plain import heads_of, plain_table, unbroken
from poems_report.wording import landmark_name

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.analysis import Results
    from poems_report.study import Study


def landmarks(study: Study, results: Results) -> GT:
    """Change of every marker since before infusion, and response, one row a patient and landmark."""
    words = labels()
    markers = study.config.markers
    pair = study.config.pair or (next(iter(markers)),)
    heads = heads_of("landmarks", ("patient", "landmark", "day"), words)
    changes = {f"marker_{name}": one.label for name, one in markers.items()}
    heads |= {key: words.text("table.landmarks.change", marker=label) for key, label in changes.items()}
    heads |= heads_of("landmarks", ("response",), words, marker=markers[pair[0]].label)
    rows = []
    for patient, one in results.patients.items():
        for at in one.landmarks:
            found = {change.marker: change for change in at.changes}
            day = _day(at)
            rows.append(
                {
                    "patient": patient,
                    "landmark": landmark_name(at.landmark, words),
                    "day": words["table.landmarks.no_day"] if day is None else formats.day_number(day),
                    **{f"marker_{name}": _change(found.get(name), day, words) for name in markers},
                    "response": category_of(at.response, study, words),
                }
            )
    numbers = ("day", *changes)
    return plain_table("landmarks", heads, rows, numbers=numbers, notes=_notes(results, words))


def _day(at: AtLandmark) -> int | None:
    """The day that stands for the landmark: of the response, else of the first change; None without a value."""
    if at.response.day is not None:
        return at.response.day
    return at.changes[0].to_day if at.changes else None


def _change(change: Change | None, day: int | None, words: Labels) -> str:
    """A change in percent, with its bound, and with its own day where that differs from the one of the row."""
    if change is None:
        return words["table.landmarks.no_change"]
    if change.bound == "?":
        return words["table.landmarks.open"]
    text = f"{change.bound}{formats.percent(change.percent, signed=True)}"
    return unbroken(text if change.to_day == day else f"{text} ({formats.day(change.to_day)})")


def _notes(results: Results, words: Labels) -> tuple[str, ...]:
    windows = [
        words.text(
            "table.landmarks.window",
            landmark=landmark_name(one.name, words),
            day=formats.day_number(one.day),
            first=formats.day_number(one.first),
            last=formats.day_number(one.last),
            source=one.source,
        )
        for one in results.landmarks
    ]
    return (words["table.landmarks.note"], words["table.landmarks.bounds"], *windows)
