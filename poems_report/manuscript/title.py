"""The title block as Quarto has it, from the settings of the study, and the lines below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from poems_report.labels import labels

if TYPE_CHECKING:
    from poems_report.study.config import Author, StudyConfig

_GROUP = re.compile(
    r"\b(collaboration|collaborators|consortium|developers|group|investigators|network|project|society|team)\b",
    re.I,
)


def authors(config: StudyConfig) -> list[dict[str, object]]:
    """The authors with their affiliations.

    Invented numbers never stand under a person's name: where the data are illustrative, only groups that say so in
    their name, and have neither ORCID nor e-mail address, stay in the byline, and it says who is left out.
    """
    shown = [_author(one) for one in byline(config)]
    if len(shown) < len(config.authors):
        shown.append({"name": labels()["title.withheld"]})
    return shown


def keywords(config: StudyConfig) -> dict[str, object]:
    """Title and keywords for the front matter, and the terms that are no numbers in its prose."""
    return {
        "title": config.title,
        "keywords": list(config.keywords),
        "prose-terms": [one.label for one in config.markers.values()],
    }


def byline(config: StudyConfig) -> tuple[Author, ...]:
    """The authors under whom the data may stand."""
    if config.provenance == "observed":
        return config.authors
    return tuple(one for one in config.authors if _GROUP.search(one.name) and not (one.orcid or one.email))


def letters(config: StudyConfig) -> list[str]:
    """Who answers letters, one sentence each."""
    return [
        labels().text("title.correspondence", name=one.name, email=one.email)
        for one in byline(config)
        if one.corresponding and one.email
    ]


def title_page(letters_to: Sequence[str], abstract: int, main: int) -> str:
    """What stands below the title block: who answers letters, how many words there are."""
    return " ".join([*letters_to, labels().text("title.words", abstract=abstract, main=main)])


def _author(one: Author) -> dict[str, object]:
    block: dict[str, object] = {"name": one.name}
    if one.orcid:
        block["orcid"] = one.orcid
    if one.email:
        block["email"] = one.email
    if one.corresponding:
        block["corresponding"] = True
    if one.affiliation:
        block["affiliations"] = [{"name": one.affiliation}]
    return block
