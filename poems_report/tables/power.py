"""The table of what studies of several sizes detect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.labels import Labels, labels
from poems_report.tables.plain import heads_of, plain_table, unbroken

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.analysis import Power, Results
    from poems_report.study import Study


def power(study: Study, results: Results) -> GT:
    """The power of each test by effect, one column for each number of patients."""
    words = labels()
    sizes = {f"n{size}": size for size in sorted({one.n for one in results.power})}
    heads = heads_of("power", ("test", "effect"), words)
    heads |= {key: words.text("table.power.patients", n=formats.count(size)) for key, size in sizes.items()}
    rows: dict[tuple[str, float], dict[str, str]] = {}
    for one in results.power:
        row = rows.setdefault(
            (one.test, one.effect), {"test": _test(one, words), "effect": _effect(one, words)}
        )
        impossible = one.p_floor > one.alpha
        row[f"n{one.n}"] = words["table.power.impossible"] if impossible else formats.share(one.power)
    return plain_table("power", heads, list(rows.values()), numbers=list(sizes), notes=_notes(results, words))


def _test(one: Power, words: Labels) -> str:
    return words.text(f"table.power.named.{one.test}", visits=formats.count(one.visits))


def _effect(one: Power, words: Labels) -> str:
    share = one.test == "agreement"
    effect = formats.share(one.effect) if share else formats.decimals(one.effect, 1)
    return unbroken(words.text(f"table.power.true.{one.test}", effect=effect))


def _notes(results: Results, words: Labels) -> list[str]:
    """What power is, where a number of patients cannot reach it, and how each test was judged."""
    if not results.power:
        return []
    alpha = formats.p_number(max(one.alpha for one in results.power))
    floors = {one.n: one.p_floor for one in results.power if one.p_floor > one.alpha}
    notes = [words.text("table.power.note", alpha=alpha)]
    if floors:
        told = [
            words.text("table.power.floor", n=formats.count(n), floor=formats.p_number(floor))
            for n, floor in floors.items()
        ]
        notes.append(words.text("table.power.floors", alpha=alpha, floors=formats.listing(told)))
    methods = {one.method: _test(one, words) for one in results.power}
    for method, test in methods.items():
        error = max(one.error for one in results.power if one.method == method)
        key = "table.power.simulated" if error else "table.power.method"
        error_text = formats.percent(100 * error, 1)
        notes.append(words.text(key, test=test, method=method, error=error_text))
    return notes
