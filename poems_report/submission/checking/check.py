"""Checking finished files against a journal's profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from poems_report.errors import FigureFileError
from poems_report.submission.abstract import abstract_profile
from poems_report.submission.checking.colours import colours
from poems_report.submission.checking.file import files
from poems_report.submission.checking.marks import marks
from poems_report.submission.checking.ruling import Case, source
from poems_report.submission.checking.size import sizes
from poems_report.submission.checking.thumbnail import thumbnail
from poems_report.submission.checking.verdict import UNSEEN, Checked, Finding
from poems_report.submission.profile import Flag, Number, PointRange, Profile, Word
from poems_report.submission.reading import read_figure
from poems_report.submission.reading.facts import Facts

ABSTRACT = "graphical_abstract"
KINDS = ("line_art", "halftone", "combination", ABSTRACT)
_BY_HAND = (
    "panels.case", "panels.bold", "sizes.panel", "files.border_pt", "files.decimal", "files.labelled_and_unlabelled",
    "files.legends_apart", "height.with_legend",
)  # fmt: skip


def check_files(
    paths: Sequence[Path], profile: Profile, kind: str = "line_art", *, pictures: bool = False
) -> tuple[Checked, ...]:
    """Check each file; one that cannot be opened is refused by name and the next is looked at.

    Args:
        paths: of the files.
        profile: of the journal.
        kind: one of `KINDS`: which resolution is asked for, or the rules of a graphical abstract.
        pictures: also draw each file small, for the page.
    """
    return tuple(check_file(path, profile, kind, pictures=pictures) for path in paths)


def check_file(path: Path, profile: Profile, kind: str = "line_art", *, pictures: bool = False) -> Checked:
    """Check one file; see `check_files`."""
    try:
        facts = read_figure(path)
    except FigureFileError as error:
        return Checked(path.name, refused=str(error))
    small = thumbnail(path, facts.form) if pictures else ""
    return Checked(path.name, findings(facts, profile, kind), form=facts.form, thumbnail=small)


def findings(facts: Facts, profile: Profile, kind: str = "line_art") -> tuple[Finding, ...]:
    """Every rule held against what was measured, those that no program sees at the end."""
    if kind == ABSTRACT:
        profile, kind = abstract_profile(profile), KINDS[0]
    case = Case(facts, profile, kind)
    return (*files(case), *sizes(case), *marks(case), *colours(case), *_by_hand(case))


def _by_hand(case: Case) -> Iterator[Finding]:
    """Rules that the profile states and a look at the figure has to settle."""
    for place, rule in case.profile.rules():
        if place in _BY_HAND:
            yield Finding(
                place, UNSEEN, "", _limit(rule), "to be looked at: not checked here", source(case, rule)
            )
        elif place.startswith("notes."):
            yield Finding(
                "note", UNSEEN, "", _limit(rule), "to be looked at: not checked here", source(case, rule)
            )


def _limit(rule: object) -> str:
    if isinstance(rule, PointRange):
        return " to ".join(f"{one:g}" for one in (rule.least, rule.most) if one is not None) + " pt"
    if isinstance(rule, Flag):
        return "yes" if rule.value else "no"
    return f"{rule.value:.15g}" if isinstance(rule, Number) else rule.value if isinstance(rule, Word) else ""
