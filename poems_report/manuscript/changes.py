"""The chapter of changes: this version of the report against the release before it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report import formats, manifest
from poems_report.labels import Labels
from poems_report.provenance import to_json
from poems_report.versions.difference import compare
from poems_report.versions.frozen import previous_version, read_release, version_of_project
from poems_report.versions.wording import Line, told

if TYPE_CHECKING:
    from poems_report.analysis import Results

SHOWN = 30
_COUNTED = frozenset({"sensitivity"})
_CODE = frozenset({"results", "settings"})
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$@^\"'])")


def changes(results: Results, project: Path, words: Labels) -> str:
    """What changed since the release before this version, as Markdown; a sentence where this is the first version.

    Definition lists, not bullets: Word draws these in fonts that the report does not allow.

    Args:
        results: of this version.
        project: folder with `_quarto.yml` and `releases/`.
        words: of the language.

    Raises:
        VersionError: the project states no version.
        AnalysisError: the earlier release cannot be read.
    """
    version = version_of_project(project)
    previous = previous_version(project, version)
    if previous is None:
        return words.text("changes.first", version=version)
    earlier = read_release(project, previous)
    now = json.loads(to_json(results.to_dict()))
    found = compare(
        earlier.results, now, earlier.made, {**manifest.software(), "report": {"version": version}}
    )
    blocks = [words.text("changes.compared", version=version, previous=previous)]
    for part, lines in told(found).items():
        heading = words.text(
            "changes.heading", part=words[f"changes.part.{part}"], count=formats.count(len(lines))
        )
        counted = [words.text("changes.counted", previous=previous)]
        items = counted if part in _COUNTED else _items(lines, part in _CODE, previous, words)
        blocks.append("\n".join([heading, *(f":   {item}" for item in items)]))
    if not found:
        blocks.append(words["changes.same"])
    if found.unprinted:
        blocks.append(words.text("changes.unprinted", count=formats.count(found.unprinted)))
    blocks += [
        words.text("changes.not_compared", part=words[f"changes.part.{part}"], previous=previous)
        for part in found.not_compared
    ]
    return "\n\n".join(blocks)


def _items(lines: Sequence[Line], code: bool, previous: str, words: Labels) -> Iterator[str]:
    for one in lines[:SHOWN]:
        name = f"`{one.name}`" if code and "`" not in one.name else _plain(one.name)
        moved = _plain("; ".join(one.moves))
        said = f"{_plain(one.text)} ({moved})" if one.text and moved else _plain(one.text) or moved
        yield f"{name}: {said}"
    if len(lines) > SHOWN:
        yield words.text("changes.more", count=formats.count(len(lines) - SHOWN), previous=previous)


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is, with an arrow between before and after."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()).replace(" -> ", " → "))
