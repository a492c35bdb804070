"""Where this patient's changes stand among the study's: places only, no other patient's value or name."""

from __future__ import annotations

from poems_report import formats
from poems_report.analysis import Change, PatientResult
from poems_report.analysis.ranking import RANKED, Ranking
from poems_report.labels import Labels
from poems_report.patients.context import Context
from poems_report.patients.model import Paragraph


def place(result: PatientResult, context: Context) -> Paragraph:
    """A sentence a kind of change; none for a kind that fewer patients have than the study's k, or one alone."""
    words, least = context.words, max(context.config.privacy.k, 2)
    told, withheld = [], False
    for kind in RANKED:
        places = []
        for name in context.config.markers:
            change, ranking = result.change(name, kind), context.rankings.get((name, kind))
            if change is None or ranking is None:
                continue
            if len(ranking) < least:
                withheld = True
            else:
                places.append(f"{context.label(name)} {_place(change, ranking, context.words)}")
        if places:
            what = words[f"patient.change.{kind}"]
            told.append(words.text("patient.place.of_kind", what=what, places=", ".join(places)))
    if told:
        told.append(words["patient.place.rule"])
    if withheld:
        told.append(words.text("patient.place.withheld", k=least))
    return Paragraph(words["patient.heading.place"], tuple(told) or (words["patient.place.none"],))


def _place(change: Change, ranking: Ranking, words: Labels) -> str:
    first, last = ranking.place(change)
    key = "one" if first == last else "open"
    n = formats.count(len(ranking), words.language)
    return words.text(f"patient.place.{key}", first=first, last=last, n=n)
