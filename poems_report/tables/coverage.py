"""The table of simulated studies: do the intervals cover a known truth, do the tests keep their level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.labels import Labels, labels
from poems_report.stats.coverage import Covered
from poems_report.tables.plain import heads_of, plain_table

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.analysis import Results
    from poems_report.study import Study


def coverage(study: Study, results: Results) -> GT:
    """What the program's intervals and tests do in simulated studies; the same for every study."""
    from poems_report.stats.coverage import coverage as simulated

    words, found = labels(), simulated()
    sizes = sorted({one.n for one in found.rows})
    heads = heads_of("coverage", ("what", "truth", "stated"), words)
    heads |= {f"n{n}": words.text("table.coverage.size", n=formats.count(n)) for n in sizes}
    heads |= heads_of("coverage", ("runs",), words)
    kinds: dict[tuple[str, str, str], list[Covered]] = {}
    for one in found.rows:
        kinds.setdefault((one.kind, one.what, one.truth), []).append(one)
    rows = [_row(own, sizes, words) for own in kinds.values()]
    notes = (
        words.text("table.coverage.note", errors=formats.count_word(found.errors), seed=str(found.seed)),
        words["table.coverage.apart"],
        words.text("table.coverage.short", what=short_of_coverage(words)),
    )
    return plain_table("coverage", heads, rows, numbers=("stated", "runs"), notes=notes)


def short_of_coverage(words: Labels) -> str:
    """Which intervals and tests miss what they state, at which sizes and by how much."""
    from poems_report.stats.coverage import coverage as simulated

    failed: dict[str, list[Covered]] = {}
    for one in simulated().rows:
        if one.verdict == "fails":
            failed.setdefault(one.what, []).append(one)
    return formats.listing(
        [
            words.text(
                "table.coverage.fails",
                what=what,
                sizes=formats.listing([formats.count(n) for n in sorted({one.n for one in own})]),
                shares=_span([one.observed or 0.0 for one in own], words),
            )
            for what, own in failed.items()
        ]
    )


def _row(own: Sequence[Covered], sizes: Sequence[int], words: Labels) -> dict[str, str]:
    first = own[0]
    by_size = {one.n: one for one in own}
    stated = dict.fromkeys(formats.level(one.nominal) for one in own)
    errors = [one.error for one in own if one.error is not None]
    return {
        "what": words.text(f"table.coverage.kind.{first.kind}", what=first.what),
        "truth": first.truth,
        "stated": ", ".join(stated),
        **{f"n{n}": _cell(by_size.get(n), words) for n in sizes},
        "runs": words.text(
            "table.coverage.drawn",
            runs=formats.count(max(one.runs for one in own)),
            error=formats.share(max(errors, default=0.0), 1),
        ),
    }


def _cell(one: Covered | None, words: Labels) -> str:
    if one is None:
        return words["table.coverage.none"]
    if one.observed is None:
        return words["table.coverage.verdict.not estimable"]
    share = formats.share(one.observed, 1)
    told = f"{share} {words[f'table.coverage.verdict.{one.verdict}']}"
    if not one.not_estimable:
        return told
    return words.text("table.coverage.missing", told=told, count=formats.count(one.not_estimable))


def _span(shares: Sequence[float], words: Labels) -> str:
    low, high = formats.share(min(shares)), formats.share(max(shares))
    return low if low == high else words.text("table.coverage.span", low=low, high=high)
