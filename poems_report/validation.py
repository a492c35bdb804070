"""The report of a check: what a data manager is sent, one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from poems_report import theme
from poems_report.errors import Problem
from poems_report.labels import labels
from poems_report.resources import templates_folder

TOLD = 50
"""Problems that are printed on a terminal; the rest are counted there, and listed in JSON and HTML."""


@dataclass(frozen=True)
class FilePart:
    """The problems of one file.

    Attributes:
        name: of the file.
        kinds: what is wrong and how often, the most frequent first.
        problems: all of them, in the order of the file.
    """

    name: str
    kinds: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]


def printed(problems: Sequence[Problem]) -> str:
    """The problems as a terminal shows them: the first ones, and how many more there are."""
    lines = [str(one) for one in problems[:TOLD]]
    more = len(problems) - TOLD
    if more > 0:
        lines.append(labels("en").text("validation.more", count=more))
    return "\n".join(lines)


def by_file(problems: Sequence[Problem]) -> tuple[FilePart, ...]:
    """The problems of each file, in the order of the names."""
    parts = []
    for name, group in groupby(sorted(problems), key=lambda one: one.file):
        own = tuple(group)
        counts: dict[str, int] = {}
        for one in own:
            counts[one.message] = counts.get(one.message, 0) + 1
        kinds = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        parts.append(FilePart(name, tuple(kinds), own))
    return tuple(parts)


def validation_page(
    folder: Path, problems: Sequence[Problem], found: Mapping[str, Any] | None = None, language: str = "en"
) -> bytes:
    """The report as HTML.

    Args:
        folder: of the study; only its name is shown.
        problems: all of them; none where the study is valid.
        found: what a valid study holds: `patients`, `measurements`, `events`, `data_version`.
        language: of the words.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder() / "validation"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("page.html.j2").render(
        words=labels(language),
        theme=theme,
        study=folder.resolve().name,
        parts=by_file(problems),
        count=len(problems),
        found=found,
    )
    return page.encode()
