"""What the export recorded of its own files, for what pixels no longer show.

`export.json` lies beside the figures: `{"files": {NAME: {"sha256": ..., "text_pt": [smallest, largest],
"lines_pt": [thinnest, thickest], "fonts": [NAME, ...]}}}`. A record counts only for the very bytes it was made of.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from poems_report.provenance import sha256_file
from poems_report.submission.reading.facts import Facts, Font, Text

RECORD = "export.json"
LARGEST = 5_000_000
BY_EXPORT = "by the record of the export"


def with_record(facts: Facts, path: Path) -> Facts:
    """The facts of a raster with sizes of text and lines from the export's record beside it, where it fits."""
    stated = _stated(path) if facts.raster else None
    if not stated:
        return facts
    unseen = dict(facts.unseen)
    texts, lines, fonts = facts.texts, facts.lines_pt, facts.fonts
    if sizes := _numbers(stated.get("text_pt")):
        texts = tuple(Text(BY_EXPORT, size, None, None) for size in sizes)
        unseen.pop("texts", None)
    if widths := _numbers(stated.get("lines_pt")):
        lines = widths
        unseen.pop("lines_pt", None)
    names = stated.get("fonts")
    if isinstance(names, list) and names:
        fonts = tuple(Font(str(name), True, "pixels") for name in names)
        unseen.pop("fonts", None)
    return replace(facts, texts=texts, lines_pt=lines, fonts=fonts, unseen=MappingProxyType(unseen))


def _stated(path: Path) -> dict[str, Any] | None:
    beside = path.with_name(RECORD)
    if not beside.is_file() or beside.stat().st_size > LARGEST:
        return None
    try:
        found = json.loads(beside.read_text(encoding="utf-8"))["files"][path.name]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    fits = isinstance(found, dict) and found.get("sha256") == sha256_file(path)
    return found if fits else None


def _numbers(value: Any) -> tuple[float, ...]:
    if not isinstance(value, list) or not all(isinstance(one, int | float) for one in value):
        return ()
    return tuple(sorted(float(one) for one in value))
