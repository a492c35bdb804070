"""What the chapters print: numbers of the Results as text, figures and tables of the study.

A chapter asks by key and gets a finished string; it never computes. In a key `{reference}`,
`{candidate}` and `{pair}` stand for the names of the compared markers: `within.{pair}.r`.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poems_report import formats, provenance
from poems_report.labels import Labels, labels
from poems_report.manuscript.drawings import drawing
from poems_report.manuscript.origin import traced
from poems_report.manuscript.plain import PlainWords
from poems_report.manuscript.roles import marker_of, result_of
from poems_report.manuscript.study_of import study_folder

if TYPE_CHECKING:
    from poems_report.analysis import Result, Results
    from poems_report.study import Study

_SOFTWARE = ("numpy", "scipy", "pandas", "matplotlib", "plotnine", "great-tables")


@dataclass(frozen=True, eq=False)
class Report:
    """A study and its results as a manuscript quotes them."""

    study: Study
    results: Results
    words: Labels

    @traced
    def count(self, key: str) -> str:
        """A count or rank: 8."""
        return self._told(key, lambda one, number: formats.count(number))

    @traced
    def of(self, key: str) -> str:
        """A count of a total: 3 of 3."""
        return self._told(
            key,
            lambda one, number: (
                f"{formats.count(number)} of {formats.count((one.n or 0) if one.of is None else one.of)}"
            ),
        )

    @traced
    def value(self, key: str, places: int = 2) -> str:
        """The estimate alone, with so many decimals."""
        return self._told(key, lambda one, number: formats.decimals(number, places))

    @traced
    def change(self, key: str) -> str:
        """A ratio as a change in percent: 0.157 gives −84%."""
        return self._told(key, lambda one, number: formats.percent(100 * (number - 1), signed=True))

    @traced
    def interval(self, key: str, places: int = 2) -> str:
        """The interval of an estimate with its actual level: 95% CI 0.71 to 0.95."""
        return self._interval(self._result(key), lambda number: formats.decimals(number, places))

    @traced
    def share(self, key: str) -> str:
        """A proportion with its count and interval: 4 of 7 (57%, 95% CI 18% to 90%)."""

        def text(one: Result, number: float) -> str:
            n = one.n or 0
            interval = self._interval(one, formats.share)
            return f"{formats.count(number * n)} of {n} ({formats.share(number)}, {interval})"

        return self._told(key, text)

    @traced
    def estimate(self, key: str, symbol: str = "", places: int = 2) -> str:
        """An estimate with interval and p value: r = 0.90 (95% CI 0.71 to 0.95; p = 0.002 (...))."""

        def text(one: Result, number: float) -> str:
            value = formats.decimals(number, places)
            head = f"{symbol} = {value}" if symbol else value
            told = f"{head} ({self.interval(key, places)})"
            return f"{told}, {self.p(key)}" if one.p is not None else told

        return self._told(key, text)

    @traced
    def p(self, key: str) -> str:
        """A p value with its test, n and floor, as `wording.p_text` tells it."""
        from poems_report.wording import p_text

        return p_text(self._result(key), self.words)

    @traced
    def n(self, key: str) -> str:
        """How many patients or pairs carry a result: 7."""
        return formats.count(self._result(key).n or 0)

    @traced
    def day(self, key: str) -> str:
        """A day with its interval: day +101 (95% interval +44 to +190)."""
        from poems_report.figures.reliability_words import day_of

        return day_of(self._result(key), self.words)

    def verdict(self, claim: str) -> str:
        """Whether a claim holds in these data; a study without this claim says so."""
        found = {one.id: one.verdict for one in self.results.claims}
        return self.words[f"claim.{found.get(claim, 'not stated')}"]

    def claims(self, verdict: str = "") -> str:
        """How many claims have a verdict (`holds`, `does not hold`, `not estimable`), or all of them."""
        return formats.count(sum(not verdict or one.verdict == verdict for one in self.results.claims))

    @property
    def software(self) -> str:
        """The program and what it computes and draws with, each with its version."""
        found = provenance.library_versions()
        program = f"poems-report {provenance.package_version()}"
        names = (f"{name} {found[name]}" for name in _SOFTWARE if name in found)
        return formats.listing([program, f"Python {platform.python_version()}", *names])

    def marker(self, role: str) -> str:
        """Label of the `reference` or the `candidate` marker; a study of one marker has no candidate."""
        one = marker_of(self.study, role)
        return one.label if one else self.words["report.no_candidate"]

    def assay(self, role: str) -> str:
        """Matrix, assay, unit and upper limit of normal of a marker."""
        one = marker_of(self.study, role)
        if one is None:
            return self.words["report.no_assay"]
        return self.words.text(
            "report.assay", matrix=one.matrix, assay=one.assay, uln=formats.quantity(one.uln), unit=one.unit
        )

    def phase(self, name: str) -> str:
        """Bounds of a phase in days."""
        bounds = getattr(self.study.config.phases, name)
        first, last = bounds.first, bounds.last
        if first is None:
            return self.words.text("report.up_to", day=formats.day(last))
        if last is None:
            return self.words.text("report.from_on", day=formats.day(first))
        return self.words.text("report.from_to", first=formats.day(first), last=formats.day_number(last))

    @property
    def response_definition(self) -> str:
        """The cut-off of the response with its source."""
        cutoff = self.results.cutoff
        if cutoff is None or cutoff.value is None:
            return self.words["report.cutoff_uln"]
        marker = marker_of(self.study, "reference")
        unit = marker.unit if marker else ""
        key = "report.cutoff" if cutoff.verified else "report.cutoff_unverified"
        return self.words.text(key, value=formats.quantity(cutoff.value), unit=unit, source=cutoff.source)

    @property
    def short_of_coverage(self) -> str:
        """The intervals that miss the truth more often than they state in simulated studies."""
        from poems_report.tables.coverage import short_of_coverage

        return short_of_coverage(self.words)

    @property
    def earliest_response(self) -> str:
        """First day that counts for a response."""
        return formats.day(self.study.config.response_earliest_day)

    def declaration(self, name: str) -> str:
        """Ethics, funding and their like as the study states it, or what is still to be completed."""
        stated: str = getattr(self.study.config.declarations, name)
        return stated or self.words.text("declaration.to_complete", what=self.words[f"declaration.{name}"])

    @property
    def open_declarations(self) -> str:
        """How many declarations are still to be completed."""
        stated = self.study.config.declarations.model_dump().values()
        missing = sum(not text for text in stated)
        if not missing:
            return self.words["declaration.all"]
        return self.words.text("declaration.some", count=missing, of=len(stated))

    def plain(self, language: str) -> PlainWords:
        """Numbers and phrases for a summary in plain language."""
        return PlainWords(self.study, self.results, language)

    @property
    def partial_fall(self) -> str:
        """The least fall from the baseline that is a partial response: 50%."""
        return formats.as_set(self.study.config.response.partial_fall_percent)

    @property
    def progression_rise(self) -> str:
        """The rise above the lowest value beyond which a raised value is progression: 50%."""
        return formats.as_set(self.study.config.response.progression_rise_percent)

    @property
    def landmarks(self) -> str:
        """The landmarks with their windows: 3 months (day +91, window +60 to +136), ... and 12 months (...)."""
        from poems_report.wording import landmark_name

        told = [
            self.words.text(
                "landmark.with_window",
                landmark=landmark_name(one.name, self.words),
                day=formats.day(one.day),
                first=formats.day_number(one.first),
                last=formats.day_number(one.last),
            )
            for one in self.results.landmarks
        ]
        return formats.listing(told, self.words["patient.and"])

    @property
    def window_factor(self) -> str:
        """By how much a window of the curve of agreement reaches below and above its day: 2."""
        return formats.quantity(self.study.config.reliability.factor)

    @property
    def window_patients(self) -> str:
        """The fewest patients in a window that tell anything: 3."""
        return formats.count(self.study.config.reliability.min_patients)

    @property
    def chance_p(self) -> str:
        """The one-sided p at or below which agreement is told from chance: 0.025."""
        return formats.quantity(self.study.config.reliability.alpha)

    @property
    def power(self) -> str:
        """The usual power, at the usual two-sided p: 80% with a two-sided p of at most 0.05."""
        from poems_report.analysis import power

        return self.words.text(
            "report.power", power=formats.share(power.WANTED), alpha=formats.quantity(power.ALPHA)
        )

    @property
    def provenance(self) -> str:
        """Whether the data are illustrative."""
        return self.words[f"report.provenance.{self.study.config.provenance}"]

    def figure(self, name: str) -> str:
        """A figure as Markdown with caption, alternative text and the id `fig-<name>`.

        Its drawing lies below `_figures/` in the forms that the formats take: SVG with letters as shapes (HTML), SVG
        with live text (PDF), PNG (Word, JATS); the format's `default-image-extension` chooses.
        """
        from poems_report.figures import figure_or_reason

        one = drawing(name, self.study.hashes, lambda: figure_or_reason(name, self.study, self.results))
        alt = one.alt.replace("\\", "\\\\").replace('"', '\\"')
        ident = name.replace("_", "-")
        return f'![{one.caption}]({one.path.as_posix()}){{#fig-{ident} fig-alt="{alt}" width={one.width_mm:g}mm}}'

    def table(self, name: str) -> Any:
        """A table of the study by the name of its function in `poems_report.tables`."""
        from poems_report import tables

        return getattr(tables, name)(self.study, self.results)

    def changes(self) -> str:
        """What changed since the release before this version of the report, as Markdown."""
        from poems_report.manuscript.changes import changes

        return changes(self.results, Path(), self.words)

    def _result(self, key: str) -> Result:
        return result_of(self.study, self.results, key)

    def _told(self, key: str, text: Callable[[Result, float], str]) -> str:
        one = self._result(key)
        return self._missing(one) if one.estimate is None else text(one, one.estimate)

    def _missing(self, one: Result) -> str:
        if "not estimable" in one.reason:
            return one.reason
        return self.words.text("common.not_estimable", reason=one.reason)

    def _interval(self, one: Result, text: Callable[[float], str]) -> str:
        if one.ci_low is None or one.ci_high is None:
            return self._missing(one)
        return f"{formats.level(one.level or 0.95)} CI {text(one.ci_low)} to {text(one.ci_high)}"


def open_report(data: str | Path | None = None) -> Report:
    """Load and analyse a study for a manuscript; without a folder, that of `study_folder`.

    Raises:
        StudyError: the study folder cannot be used.
    """
    from poems_report.analysis import analyse
    from poems_report.study import load_study

    study = load_study(study_folder() if data is None else data)
    return Report(study, analyse(study), labels())
