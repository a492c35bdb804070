"""The summary: what the desk will check, what was measured, what could not be checked, what is left to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from poems_report.labels import labels
from poems_report.submission.bundle.facts import Facts
from poems_report.submission.bundle.letters import environment
from poems_report.submission.bundle.members import Member
from poems_report.submission.checking.printed import name_of
from poems_report.submission.checking.ruling import number, span
from poems_report.submission.checking.verdict import (
    ASK,
    FAIL,
    NO_RULE,
    PASS,
    UNSEEN,
    VERDICTS,
    Checked,
    Finding,
)
from poems_report.submission.profile import (
    Flag,
    Formats,
    Length,
    Modes,
    Names,
    Number,
    PointRange,
    Profile,
    Resolution,
    Rule,
    Word,
)

_SHOWN = 4
"""So many measured values of a rule are shown; where there are more, the rest is counted."""


@dataclass(frozen=True)
class RuleLine:
    """One rule over all figure files that have the same verdict; see `Finding`."""

    verdict: str
    rule: str
    measured: str
    limit: str
    files: str
    note: str
    source: str


@dataclass(frozen=True)
class StatedLine:
    """One value of the profile: its key, the value, how well it was verified, where it was read."""

    key: str
    value: str
    verified: str
    source: str
    note: str


@dataclass(frozen=True, eq=False)
class Summary:
    """What the page and the text show.

    Attributes:
        facts: of the submission.
        columns: the width that was asked for.
        figures: how many figures there are.
        checked: the verdicts on their files.
        unread: files of figures that no reader here opens.
        notes: of the export.
        left: what is left to do, one line each.
        pages: of the manuscript's PDF.
        contents: the files of the bundle.
    """

    facts: Facts
    columns: str
    figures: int
    checked: tuple[Checked, ...]
    unread: tuple[str, ...]
    notes: tuple[str, ...]
    left: tuple[str, ...]
    pages: int
    contents: tuple[Member, ...] = field(repr=False)

    @property
    def lines(self) -> tuple[RuleLine, ...]:
        """The rules that a program could settle, the broken ones first."""
        return tuple(one for one in rule_lines(self.checked) if one.verdict != UNSEEN)

    @property
    def unseen(self) -> tuple[RuleLine, ...]:
        """The rules that it could not."""
        return tuple(one for one in rule_lines(self.checked) if one.verdict == UNSEEN)

    @property
    def measured(self) -> Mapping[str, str]:
        """Numbers of the manuscript that no profile limits, by the key of their words."""
        found = self.facts.manuscript
        return {
            "title": str(len(self.facts.title)),
            "abstract": self.facts.abstract_words,
            "main": self.facts.main_words,
            "figures": str(found.figures),
            "tables": str(self.facts.tables),
            "more_figures": str(found.more_figures),
            "more_tables": str(self.facts.more_tables),
            "references": str(found.references),
            "pages": str(self.pages),
        }

    def page(self) -> bytes:
        """The summary as one HTML page that needs nothing beside it."""
        return self._rendered("summary.html.j2").encode()

    def text(self) -> bytes:
        """The summary as text."""
        return self._rendered("summary.txt.j2").encode()

    def _rendered(self, name: str) -> str:
        from poems_report import theme

        made: str = (
            environment()
            .get_template(name)
            .render(
                one=self,
                words=labels(),
                theme=theme,
                journal=self.facts.journal,
                stated=tuple(stated_lines(self.facts.journal)),
            )
        )
        return made


def rule_lines(checked: Sequence[Checked]) -> tuple[RuleLine, ...]:
    """The findings of all files, one line a rule, limit and verdict; the broken rules first.

    What a rule settles in one format and does not touch in another is told once.
    """
    opened = [one for one in checked if not one.refused]
    groups: dict[tuple[str, ...], list[tuple[str, Finding]]] = {}
    for one in opened:
        for finding in one.findings:
            note = finding.note if finding.verdict in (FAIL, ASK, UNSEEN) else ""
            key = (finding.verdict, finding.rule, finding.limit, note, finding.source)
            groups.setdefault(key, []).append((one.name, finding))
    ruled = {rule for verdict, rule, *_ in groups if verdict in (FAIL, ASK, PASS)}
    lines = [
        _line(key, found, len(opened))
        for key, found in groups.items()
        if key[0] != NO_RULE or key[1] not in ruled
    ]
    return tuple(sorted(lines, key=lambda line: VERDICTS.index(line.verdict)))


def stated_lines(profile: Profile) -> Iterator[StatedLine]:
    """Every value of a profile."""
    words = labels()
    for place, rule in profile.rules():
        standing = words[f"bundle.standing.{profile.verified(rule)}"]
        yield StatedLine(place, stated(rule), standing, profile.source_of(rule).where, rule.note)


def stated(rule: Rule) -> str:
    """The value of a rule in words and units."""
    if isinstance(rule, Length):
        return f"{rule.mm:g} to {rule.to:g} mm" if rule.to else f"{rule.mm:g} mm"
    if isinstance(rule, Resolution):
        advised = f", advised {rule.advised}" if rule.advised else ""
        return span(rule.least, rule.most, "dpi") + advised
    if isinstance(rule, PointRange):
        return span(rule.least, rule.most, "pt")
    if isinstance(rule, (Formats, Modes, Names)):
        return ", ".join(rule.accepted)
    if isinstance(rule, Flag):
        return "yes" if rule.value else "no"
    if isinstance(rule, (Number, Word)):
        return number(rule.value) if isinstance(rule, Number) else rule.value
    raise AssertionError(f"a kind of rule without words: {type(rule).__name__}")


def _line(key: tuple[str, ...], found: Sequence[tuple[str, Finding]], total: int) -> RuleLine:
    verdict, _, limit, note, source = key
    words = labels()
    names = [name for name, _ in found]
    if verdict == FAIL:
        files = ", ".join(names)
    elif len(names) == total:
        files = words.text("bundle.files_all", of=total)
    else:
        files = words.text("bundle.files_some", count=len(names), of=total)
    measured = _several(one.measured for _, one in found)
    return RuleLine(verdict, name_of(found[0][1]), measured, limit, files, note, source)


def _several(values: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(value for value in values if value))
    shown = "; ".join(distinct[:_SHOWN])
    return f"{shown}; +{len(distinct) - _SHOWN}" if len(distinct) > _SHOWN else shown
