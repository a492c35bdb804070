"""What the program knows of a submission and what only its authors can say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.labels import labels
from poems_report.manuscript.title import byline
from poems_report.submission.bundle.word_reading import WordManuscript
from poems_report.submission.profile import Profile

if TYPE_CHECKING:
    from poems_report.analysis import Results
    from poems_report.study import Study
    from poems_report.study.config import Author


@dataclass(frozen=True, eq=False)
class Facts:
    """A submission as its letter, its title page and its summary tell it.

    Attributes:
        study: the study.
        results: what `analyse` says of it.
        journal: the profile.
        manuscript: the finished Word file.
        software: the program and its libraries with their versions.
        date: of the program's clock, in words.
    """

    study: Study
    results: Results
    journal: Profile
    manuscript: WordManuscript
    software: str
    date: str

    @property
    def illustrative(self) -> bool:
        """Whether the data were made, not observed."""
        return self.study.illustrative

    @property
    def title(self) -> str:
        """Of the manuscript."""
        return self.study.config.title

    @property
    def authors(self) -> tuple[Author, ...]:
        """The authors under whom the data may stand."""
        return byline(self.study.config)

    @property
    def author_names(self) -> str:
        """All of them in one line."""
        return formats.listing([one.name for one in self.authors]) or open_place("authors")

    @property
    def affiliations(self) -> tuple[str, ...]:
        """Each once, in order of the authors."""
        return tuple(dict.fromkeys(one.affiliation for one in self.authors if one.affiliation))

    @property
    def corresponding(self) -> str:
        """Name, affiliation, address and ORCID of the corresponding author, or what of them is missing."""
        one = next((one for one in self.authors if one.corresponding), None)
        if one is None:
            return open_place("corresponding")
        known = [one.name, one.affiliation, one.email or open_place("email"), one.orcid]
        return ", ".join(part for part in known if part)

    @property
    def signature(self) -> str:
        """Who signs the letter."""
        one = next((one for one in self.authors if one.corresponding), None)
        return one.name if one else open_place("corresponding")

    @property
    def new(self) -> tuple[str, ...]:
        """The statements that hold in these data."""
        return tuple(one.statement for one in self.results.claims if one.verdict == "holds")

    @property
    def tables(self) -> int:
        """Tables of the main text."""
        return sum(not one.supplement for one in self.manuscript.tables)

    @property
    def more_tables(self) -> int:
        """Tables of the supplement."""
        return sum(one.supplement for one in self.manuscript.tables)

    @property
    def abstract_words(self) -> str:
        """Words of the abstract."""
        return _counted(self.manuscript.abstract_words, "abstract_words")

    @property
    def main_words(self) -> str:
        """Words of the main text."""
        return _counted(self.manuscript.main_words, "main_words")

    def declaration(self, name: str) -> str:
        """A declaration as the study states it, or what is to be completed."""
        stated: str = getattr(self.study.config.declarations, name)
        words = labels()
        return stated or words.text("declaration.to_complete", what=words[f"declaration.{name}"])

    def missing(self) -> Iterator[str]:
        """What only the authors can add, one line each."""
        words = labels()
        if self.illustrative:
            yield words["bundle.missing.illustrative"]
        for name, stated in self.study.config.declarations.model_dump().items():
            if not stated:
                yield words.text("bundle.missing.declaration", name=name, what=words[f"declaration.{name}"])
        if not any(one.corresponding and one.email for one in self.authors):
            yield words["bundle.missing.email"]
        if not self.new:
            yield words["bundle.missing.new"]


def open_place(name: str) -> str:
    """A place that the authors fill in, by the key of its words."""
    words = labels()
    return words.text("declaration.to_complete", what=words[f"bundle.open.{name}"])


def _counted(number: int | None, name: str) -> str:
    return open_place(name) if number is None else formats.count(number)
