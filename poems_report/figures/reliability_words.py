"""What the figure of agreement against days says: the last day told from chance, caption, description."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.figures import source
from poems_report.labels import Labels

if TYPE_CHECKING:
    from poems_report.analysis import ReliabilityCurve, Result
    from poems_report.study import Study


def day_of(one: Result, words: Labels) -> str:
    """A day with its interval, or that it is not estimable: day +101 (95% interval +44 to +190)."""
    if one.estimate is None:
        return words.text("common.not_estimable", reason=one.reason)
    day = formats.day(round(one.estimate))
    return words.text("figure.reliability.day", day=day, interval=_between(one, words))


def _between(one: Result, words: Labels) -> str:
    """The interval of the day in words; open where it reaches beyond the last day; empty where there is none."""
    if one.ci_low is None or one.level is None:
        return ""
    level, low = formats.level(one.level), formats.day_number(round(one.ci_low))
    if one.ci_high is None:
        return words.text("figure.reliability.open", level=level, low=low)
    return words.text(
        "figure.reliability.interval", level=level, low=low, high=formats.day_number(round(one.ci_high))
    )


def caption(study: Study, curve: ReliabilityCurve, one: Result, words: Labels) -> str:
    """How the curve is read, how it was found, and the last day told from chance."""
    reference, candidate = (study.config.markers[name].label for name in study.config.pair or ("", ""))
    level = formats.level(curve.level)
    text = words.text("figure.reliability.caption", reference=reference, candidate=candidate, level=level)
    method = words.text("figure.reliability.method", method=curve.method)
    return source.finish(words, study, [text, method, _told(one, words), words["figure.axis_note"]])


def alt(study: Study, curve: ReliabilityCurve, one: Result, words: Labels) -> str:
    """The agreement along the days: a stretch of days with the same agreement is told once."""
    reference, candidate = (study.config.markers[name].label for name in study.config.pair or ("", ""))
    told = []
    course = zip(map(formats.share, curve.agreement), curve.days, strict=True)
    for share, group in groupby(course, lambda at: at[0]):
        days = [formats.day(day) for _, day in group]
        key = "figure.reliability.alt_days" if len(days) > 1 else "figure.reliability.alt_day"
        told.append(words.text(key, share=share, first=days[0], last=days[-1]))
    head = words.text(
        "figure.reliability.alt", reference=reference, candidate=candidate, course=", ".join(told)
    )
    return source.finish(words, study, [head, _told(one, words)])


def _told(one: Result, words: Labels) -> str:
    n = formats.count(one.n or 0)
    note = f"; {one.note}" if one.note else ""
    return words.text("figure.reliability.told", day=day_of(one, words), n=n, note=note)
