"""What every page of a study shares: settings, cut-off, versions, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from poems_report import formats, provenance
from poems_report.analysis import Results
from poems_report.analysis.ranking import Ranking
from poems_report.analysis.results import ResponseCutoff
from poems_report.errors import UsageError
from poems_report.labels import LANGUAGES, Labels, labels
from poems_report.patients.record import Measurement
from poems_report.patients.since import Since
from poems_report.study import Study
from poems_report.study.config import StudyConfig


@dataclass(frozen=True)
class Context:
    """What a page needs beside its patient.

    Attributes:
        rankings: the changes of the whole study, by marker and kind.
        since: what the board knew when it last met; None where that was not told.
        words: the labels of the page's language.
    """

    config: StudyConfig
    cutoff: ResponseCutoff | None
    data_version: str
    illustrative: bool
    program_version: str
    rankings: Mapping[tuple[str, str], Ranking]
    words: Labels
    since: Since | None = None

    @property
    def reference(self) -> str:
        """Name of the marker whose response is computed."""
        return self.config.pair[0] if self.config.pair else next(iter(self.config.markers))

    def label(self, marker: str) -> str:
        """A marker or companion as readers know it."""
        return self.config.measured[marker].label

    def matrix(self, name: str) -> str:
        """Serum or plasma in the page's language; any other matrix as the study names it."""
        return self.words.texts.get(f"matrix.{name.casefold()}", name)

    def stroke(self, marker: str) -> int:
        """Place of the marker's stroke in the theme."""
        return list(self.config.markers).index(marker)

    def day(self, value: int) -> str:
        """A day in a sentence: day −7."""
        return formats.day(value, self.words["common.day"])

    def day_list(self, days: list[int]) -> str:
        """Days in a sentence: day −7, day +1 and day +30."""
        return formats.listing([self.day(day) for day in days], self.words["patient.and"])

    def state(self, one: Measurement) -> str:
        """Whether a value is above its limit, in words."""
        key = {True: "above", False: "not_above", None: "open"}[one.raised]
        return self.words[f"patient.state.{key}"]


def context_of(study: Study, results: Results, language: str = "en", since: Since | None = None) -> Context:
    """The context of a study's pages.

    Raises:
        UsageError: there is no catalogue of this language.
    """
    if language not in LANGUAGES:
        raise UsageError(f"unknown language {language!r}; known: {', '.join(LANGUAGES)}")
    return Context(
        config=study.config,
        cutoff=results.cutoff,
        data_version=study.data_version,
        illustrative=study.illustrative,
        program_version=provenance.package_version(),
        rankings=results.rankings,
        words=labels(language),
        since=since,
    )
