"""Where the manuscript meets each item of REMARK and STROBE."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poems_report.labels import Labels, labels
from poems_report.tables.plain import cross_references, escaped, heads_of, plain_table

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.analysis import Results
    from poems_report.study import Study

_COLUMNS = ("item", "topic", "where")


def remark(study: Study, _results: Results) -> GT:
    """The 20 items of REMARK (McShane 2005; Altman, PLoS Med 2012), each with the place that meets it, or why not."""
    return _guideline("remark", study)


def strobe(study: Study, _results: Results) -> GT:
    """The 22 items of STROBE (von Elm 2007) for a cohort, each with the place that meets it, or why not."""
    return _guideline("strobe", study)


@cache
def guidelines() -> Mapping[str, Any]:
    """The guidelines as `reporting.toml` holds them: `source` and `items` of each."""
    with Path(__file__).with_name("reporting.toml").open("rb") as handle:
        return tomllib.load(handle)


def _guideline(name: str, study: Study) -> GT:
    words = labels()
    found = guidelines()[name]
    heads = heads_of("reporting", _COLUMNS, words)
    rows = [
        {"item": one["item"], "topic": one["topic"], "where": _where(one, study, words)}
        for one in found["items"]
    ]
    notes = (words.text("table.reporting.source", source=found["source"]),)
    return plain_table(name, heads, rows, notes=notes, markup=("where",))


def _where(one: Mapping[str, Any], study: Study, words: Labels) -> str:
    """The places of an item and what is added to them; a declaration that is not filled in counts as not reported."""
    declaration = one.get("declaration")
    if declaration and not getattr(study.config.declarations, declaration):
        return escaped(words["table.reporting.to_complete"])
    told = (cross_references(one.get("where", ())), escaped(one.get("text", "")))
    return "; ".join(part for part in told if part)
