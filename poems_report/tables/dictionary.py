"""What every column of the study's files may hold, as the checks themselves have it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from poems_report.labels import labels
from poems_report.study.dictionary import DictionaryRow, dictionary_rows
from poems_report.tables.plain import heads_of, plain_table

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.analysis import Results
    from poems_report.study import Study


def dictionary(study: Study, _results: Results) -> GT:
    """The data dictionary, one row a column; neighbours with the same meaning and answers share a row."""
    words = labels()
    heads = heads_of("dictionary", ("file", "column", "meaning", "allowed", "required"), words)
    rows = []
    for (file, meaning, allowed, required), found in groupby(dictionary_rows(study.config), key=_shared):
        rows.append(
            {
                "file": file,
                "column": ", ".join(one.column for one in found),
                "meaning": meaning,
                "allowed": allowed or words["table.dictionary.any"],
                "required": words["common.yes"] if required else words["common.no"],
            }
        )
    return plain_table("dictionary", heads, rows)


def _shared(row: DictionaryRow) -> tuple[str, str, str, bool]:
    return row.file, row.meaning, row.allowed, row.required
