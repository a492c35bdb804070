"""How results are told in words, the same in text, tables and figures: p values, warnings, names of results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.analysis.response import cutoff_of
from poems_report.analysis.sensitivity import LEAVE_OUT, PROFILE
from poems_report.labels import Labels

if TYPE_CHECKING:
    from poems_report.analysis import Result
    from poems_report.study import Study


_SHARES = ("agreement.", "response.")


def p_text(one: Result, words: Labels) -> str:
    """A p value in a sentence: p = 0.25 (exact signed rank test, n = 3, smallest possible p 0.25)."""
    if one.p is None:
        return words.text("common.not_estimable", reason=one.reason)
    told = words.text(
        "p.told",
        p=formats.p_value(one.p),
        test=one.test,
        n=formats.count(one.n or 0),
        floor=_floor(one, words, "p.floor", "p.no_floor"),
        more=_explored(one, words),
    )
    return told.replace("n = ", f"n{formats.NBSP}={formats.NBSP}")


def p_cell(one: Result, words: Labels) -> str:
    """A p value in a cell of a table that has a column of n, with its floor: 0.25 (floor 0.25)."""
    if one.p is None:
        return words["p.none"]
    told = words.text(
        "p.cell",
        p=formats.p_number(one.p),
        floor=_floor(one, words, "p.cell_floor", "p.cell_no_floor"),
    )
    return told.replace(" ", formats.NBSP)


def p_cell_with_test(one: Result, words: Labels) -> str:
    """The same with the test and, where it is exploratory, the adjusted values, for tables without such columns."""
    if one.p is None:
        return words["p.none"]
    return words.text("p.cell_test", p=p_cell(one, words), test=one.test, more=_explored(one, words))


def adjusted(one: Result, words: Labels) -> str:
    """The adjusted p values, or that the primary one is given as it is."""
    if one.p is None:
        return words["p.none"]
    if one.p_holm is None or one.p_bh is None:
        return words["p.unadjusted"]
    return words.text("p.adjusted", holm=formats.p_number(one.p_holm), bh=formats.p_number(one.p_bh))


def caution_notes(found: Iterable[tuple[str, Result]], words: Labels) -> tuple[str, ...]:
    """The warnings of named results as sentences below a table, one a warning."""
    names: dict[str, list[str]] = {}
    for name, one in found:
        for caution in one.cautions:
            names.setdefault(caution, []).append(name)
    return tuple(
        words.text("caution.note", names=formats.listing(own), caution=words[f"caution.{caution}"])
        for caution, own in names.items()
    )


def result_name(study: Study, key: str, words: Labels) -> str:
    """A main or exploratory result in words."""
    parts = key.split(".")
    kind, what = parts[:2]
    if key == "agreement.patients":
        return words["result.patients"]
    if parts[-1] == "kappa":
        kind = "kappa"
    if parts[-1] == "rho" or kind == "mixed":
        kind = f"{kind}_{parts[-1]}"
    named = [one for one in parts if one in study.config.markers] or [reference(study)]
    return words.text(
        f"result.{kind}",
        marker=study.config.markers[named[0]].label,
        phase=words.texts.get(f"phase.{what}", ""),
        landmark=landmark_name(what, words) if kind == "change" else "",
    )


def landmark_name(name: str, words: Labels) -> str:
    """A landmark as readers know it: m6 is 6 months, w6 is 6 weeks, d100 is day +100."""
    unit, n = name[0], int(name[1:])
    if unit == "d":
        return formats.day(n)
    return words[f"landmark.{unit}_one"] if n == 1 else words.text(f"landmark.{unit}", n=n)


def number_of(key: str, value: float) -> str:
    """The number of a main result as printed: a share in percent, else with decimals."""
    return formats.share(value) if key.startswith(_SHARES) else formats.decimals(value)


def choice_name(study: Study, kind: str, choice: str, words: Labels) -> str:
    """A choice of the sensitivity analysis in words; without `choice`, its kind."""
    if not choice:
        return words[f"sensitivity.kind.{kind}"]
    if kind == LEAVE_OUT:
        return words.text("sensitivity.choice.without", patient=choice)
    cutoff = cutoff_of(study.config, choice) if kind == PROFILE else None
    if cutoff is None or cutoff.value is None:
        return words[f"sensitivity.choice.{choice}"]
    unit = study.config.markers[reference(study)].unit
    return words.text("sensitivity.choice.cutoff", value=formats.quantity(cutoff.value), unit=unit)


def reference(study: Study) -> str:
    """The reference marker, or the only one."""
    return study.config.pair[0] if study.config.pair else next(iter(study.config.markers))


def _floor(one: Result, words: Labels, key: str, none: str) -> str:
    return words.text(key, floor=formats.p_number(one.p_floor)) if one.p_floor else words[none]


def _explored(one: Result, words: Labels) -> str:
    if not one.exploratory or one.p_holm is None:
        return ""
    return words.text("p.explored", size=formats.count(one.family_size or 0), adjusted=adjusted(one, words))
