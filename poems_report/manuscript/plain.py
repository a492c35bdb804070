"""What the summaries in plain language print: few numbers, in the way of their language, and ready phrases."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poems_report import formats
from poems_report.manuscript.origin import traced
from poems_report.manuscript.roles import marker_of, result_of

if TYPE_CHECKING:
    from poems_report.analysis import Results
    from poems_report.study import Study


@dataclass(frozen=True, eq=False)
class PlainWords:
    """Numbers and phrases of one language, `en` or `it`."""

    study: Study
    results: Results
    language: str

    @traced
    def count(self, key: str) -> str:
        """A count: 8."""
        one = result_of(self.study, self.results, key)
        return self._missing if one.estimate is None else self._count(one.estimate)

    @traced
    def of(self, key: str) -> str:
        """So many of so many, of a count or of a share of patients: 4 of 7."""
        one = result_of(self.study, self.results, key)
        if one.estimate is None:
            return self._missing
        count, total = (
            (one.estimate, one.of) if one.of is not None else (one.estimate * (one.n or 0), one.n or 0)
        )
        return str(self._words["of"]).format(self._count(count), self._count(total))

    @traced
    def of_hundred(self, key: str) -> str:
        """What is left of 100 after the change that a ratio tells: 15.7, in Italian 15,7."""
        one = result_of(self.study, self.results, key)
        if one.estimate is None:
            return self._missing
        return formats.decimals(100 * one.estimate, 1, self.language)

    def marker(self, role: str) -> str:
        """Label of the `reference` or the `candidate` marker."""
        one = marker_of(self.study, role)
        return one.label if one else str(self._words["no_candidate"])

    def verdict(self, claim: str) -> str:
        """What a claim's verdict means for the question, as a sentence."""
        found = {one.id: one.verdict for one in self.results.claims}.get(claim, "not estimable")
        phrase = str(self._words[found])
        return phrase.format(reference=self.marker("reference"), candidate=self.marker("candidate"))

    @property
    def provenance(self) -> str:
        """Whether the numbers are made up, as a sentence."""
        return str(self._words[self.study.config.provenance])

    @property
    def _words(self) -> dict[str, Any]:
        return _catalogue()[self.language]

    @property
    def _missing(self) -> str:
        return str(self._words["missing"])

    def _count(self, number: float) -> str:
        return formats.count(number, self.language)


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    with Path(__file__).with_name("plain.toml").open("rb") as handle:
        return tomllib.load(handle)
