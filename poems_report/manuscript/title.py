"""The title block as Quarto has it, from the settings of the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poems_report.study.config import Author, StudyConfig


def authors(config: StudyConfig) -> list[dict[str, object]]:
    """The authors with their affiliations."""
    return [_author(one) for one in config.authors]


def keywords(config: StudyConfig) -> dict[str, object]:
    """Keywords for the front matter, and the terms that are no numbers in its prose."""
    return {
        "keywords": list(config.keywords),
        "prose-terms": [one.label for one in config.markers.values()],
    }


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
