"""A plain table: rows of finished strings, heads from the labels, notes below."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from poems_report import formats
from poems_report.analysis import Result
from poems_report.labels import Labels, labels

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.study import Study


def caption(name: str, study: Study) -> str:
    """The caption of a table by its name, with what kind of data these are."""
    words = labels()
    pair = study.config.pair or (next(iter(study.config.markers)),)
    text = words.text(f"table.{name}.caption", reference=study.config.markers[pair[0]].label)
    return f"{text} {words['notice.illustrative']}." if study.illustrative else text


def plain_table(
    name: str,
    heads: Mapping[str, str],
    rows: Sequence[Mapping[str, str]],
    numbers: Sequence[str] = (),
    notes: Sequence[str] = (),
    markup: Sequence[str] = (),
) -> GT:
    """A table of strings; one without rows says why, by its label `empty`.

    Args:
        name: name of the table, part of its fixed id.
        heads: head of each column by its key, in order.
        rows: the cells by the same keys.
        numbers: keys of columns that are aligned right.
        notes: sentences below the table; empty ones are left out.
        markup: keys of columns whose cells are HTML, made of `escaped` text and `cross_references`.
    """
    import pandas as pd
    from great_tables import GT

    rows = rows or [_empty_row(name, heads, labels())]
    frame = pd.DataFrame([dict(row) for row in rows], columns=list(heads), dtype=str)
    left = [key for key in heads if key not in numbers]
    table = GT(frame, id=f"table-{name}").cols_label(dict(heads)).cols_align("left", left)
    if numbers:
        table = table.cols_align("right", list(numbers))
    if markup:
        table = table.fmt_passthrough(list(markup), escape=False)
    for note in notes:
        if note:
            table = table.tab_source_note(note)
    return table


def heads_of(name: str, keys: Sequence[str], words: Labels, **values: Any) -> dict[str, str]:
    """The heads of the columns with these keys, from the labels of the table."""
    return {key: words.text(f"table.{name}.{key}", **values) for key in keys}


def cross_references(ids: Sequence[str]) -> str:
    """References to sections, figures and tables, for a column of markup.

    Both engines read the attribute `data-qmd` as Markdown and put the number there; elsewhere the id is shown.
    """
    return ", ".join(f'<span data-qmd="@{escaped(one)}">{escaped(one)}</span>' for one in ids)


def escaped(text: str) -> str:
    """A text as it stands in a column of markup."""
    return html.escape(text)


def _empty_row(name: str, heads: Mapping[str, str], words: Labels) -> dict[str, str]:
    first, *others = heads
    reason = words.text("common.not_estimable", reason=words[f"table.{name}.empty"])
    return {first: reason, **dict.fromkeys(others, formats.DASH)}


def unbroken(text: str) -> str:
    """A short text that no line break parts."""
    return text.replace(" ", formats.NBSP)


def missing(result: Result, words: Labels) -> str:
    """A result that is not estimable, with its reason."""
    return words.text("common.not_estimable", reason=result.reason)
