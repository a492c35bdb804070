"""The privacy gate: no name, date, address or personal number passes into a study, whatever column it stands in.

Every table is searched as text before it is read further. Columns are searched by their distinct texts; numbers
are left out at once, and one expression picks the few texts worth a closer look, so that two million rows cost
little more than the texts they hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from poems_report.errors import Problem
from poems_report.study.identifiers import Found, recognise

if TYPE_CHECKING:
    import pandas as pd

ALLOWED = "pseudonyms and days only, or privacy.allow in study.yml with file, column and reason"
NUMBER_COLUMNS = frozenset({"value", "uln"})
"""Columns of measured numbers: up to nine digits are a number there, elsewhere eight may be a date."""

_NUMBER = r"[<>=~≤≥ ]*[+-]?\d{{0,{digits}}}(?:[.,]\d*)?(?:[eE][+-]?\d{{1,3}})?"
_EIGHT_DIGITS, _YEAR_AT_AN_END = r"[0-9]{8}", r"^(?:19|20)|(?:19|20)[0-9]{2}$"
_WORTH_A_LOOK = (
    r"@"
    r"|[^\x00-\x7F]"
    r"|(?:^|[\W_])\d[\d ./()+-]{6}"
    r"|(?:19|20)\d{6}"
    r"|\d{1,4}[-/.] ?\d{1,2}[-/.] ?\d{2}"
    r"|\d{7}-?[A-Za-z]|\d\d ?\d[ABab] ?\d{3}|\d{6}[-+A]\d{3}|[A-Za-z]{2}\d{2} ?\w{4}|[A-Za-z]{4}\d{6}"
    r"|(?i:[a-z]{3}[ -]?[a-z]{3}[ -]?[0-9l-v]{2}[a-t][0-9l-v]{2}[ -]?[a-z])"
    r"|(?i:(?:jan|gen|ene|feb|fev|mar|apr|avr|abr|ma[iy]|mag|jun|jui|giu|jul|lug|aug|ago|aou|sep|set|oct|okt|ott"
    r"|nov|dec|dez|des|dic)[a-z]*\.?[ ,./-]{0,2}(?:de |del )?'?\d)"
    r"|(?i:(?:^|\W)(?:dr|dott|sig|prof|mr|mrs|ms|miss|doctor|signor|herr|frau|mme|mlle|monsieur|madame|sra|sr|se.or)"
    r"[a-z]{0,5}[. ])"
    r"|[:=]"
    r"|(?i:(?:tel|phone|fono|fon|cell|cellulare|cellphone|mobil|mobile|handy|fax)\W{0,3}(?:no?\.? ?:? ?)?\+?\(?\d)"
    r"|(?i:(?:ssn|social|bsn|nummer|sin|nhs|number|no\.?|rut|zehut)\W{0,3}\d)"
)


def scan(
    table: pd.DataFrame,
    file: str,
    allow: Collection[str] = (),
    number_columns: Collection[str] = NUMBER_COLUMNS,
) -> list[Problem]:
    """Search a table for what identifies a person.

    Args:
        table: texts, indexed by the line of the file that each row stands on.
        file: name of the file, for the problems.
        allow: columns that the study exempts, with its reasons, in `study.yml`.
        number_columns: columns whose texts are measured numbers.

    Returns:
        one problem a cell; its value is masked, so that it can be shown and logged.
    """
    problems = []
    for name in table.columns:
        if name in allow:
            continue
        found = _found(table[name], 9 if name in number_columns else 7)
        if found:
            hits = table[name][table[name].isin(list(found))]
            for row, text in hits.items():
                one = found[text]
                words = f"looks like {one.kind}"
                problems.append(Problem(file, int(str(row)), str(name), one.masked, words, ALLOWED))
    return sorted(problems)


def withhold(problems: Iterable[Problem], found: Iterable[Problem]) -> list[Problem]:
    """The problems of all checks, without the text of any cell in which the gate found an identity.

    Args:
        problems: what the other checks found; their values are the texts of the cells.
        found: what `scan` found; returned too.
    """
    masks = {(one.file, one.row, one.column): one.value for one in found}
    return [
        *found,
        *(
            replace(one, value=masks[one.file, one.row, one.column])
            if (one.file, one.row, one.column) in masks
            else one
            for one in problems
        ),
    ]


def _found(column: pd.Series, digits: int) -> dict[str, Found]:
    """What was found, by the distinct text it was found in."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    known = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else column.unique()
    texts = pa.array(pd.Series(known, dtype=str).dropna().array, pa.large_string())
    number = _NUMBER.format(digits=digits)
    is_ascii = pc.string_is_ascii(texts)
    # Arrow's expressions know ASCII only; of other texts all but numbers are worth a look.
    plain, others = texts.filter(is_ascii), texts.filter(pc.invert(is_ascii))
    plain = plain.filter(pc.invert(pc.match_substring_regex(plain, f"^(?:{number})$")))
    plain = plain.filter(pc.match_substring_regex(plain, _WORTH_A_LOOK))
    eight = pc.match_substring_regex(plain, f"^{_EIGHT_DIGITS}$")
    running = pc.and_not(eight, pc.match_substring_regex(plain, _YEAR_AT_AN_END))
    suspect = plain.filter(pc.invert(running)).to_pylist()
    suspect += [text for text in others.to_pylist() if not re.fullmatch(number, text)]
    return {text: one for text in suspect if (one := recognise(text))}
