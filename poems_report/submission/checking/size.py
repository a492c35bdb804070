"""Rules of millimetres and dots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from poems_report.submission.checking.ruling import (
    Case,
    mm,
    no_rule,
    own_limits,
    ruled,
    source,
    span,
    unseen,
)  # fmt: skip
from poems_report.submission.checking.verdict import Finding
from poems_report.submission.profile import Resolution, Rule, Width
from poems_report.submission.reading.facts import MM_PER_INCH

_ROUNDING = 0.5
"""Dots per inch that a tag loses where it is written per metre or as a whole number."""


@dataclass(frozen=True)
class _Range:
    least: float
    most: float
    by: Rule

    def holds(self, value: float) -> bool:
        slack: float = own_limits()["tolerance"]["mm"]
        return self.least - slack <= value <= self.most + slack

    def words(self) -> str:
        if self.most == float("inf"):
            return f"at least {self.least:g}"
        return f"{self.least:g}" if self.least == self.most else f"{self.least:g} to {self.most:g}"


def sizes(case: Case) -> Iterator[Finding]:
    """Width, height, dpi tag and effective dpi."""
    yield _tag(case)
    yield _width(case)
    yield _height(case)
    yield _effective(case)


def widths_of(case: Case) -> tuple[_Range, ...]:
    """The widths that are accepted: those of the columns, at the scale the journal asks for, or a range."""
    stated: Width = case.profile.width
    least, most = stated.least, stated.most
    columns = [one for one in (stated.single, stated.onehalf, stated.double) if one is not None]
    if least is not None and (most is not None or not columns):
        return (_Range(least.mm, most.mm if most else float("inf"), least),)
    scale = case.profile.files.scale
    factors = (1.0, scale.value) if scale else (1.0,)
    return tuple(_Range(one.mm * by, (one.to or one.mm) * by, one) for one in columns for by in factors)


def _width(case: Case) -> Finding:
    facts, accepted = case.facts, widths_of(case)
    if not accepted:
        return no_rule("width", "" if facts.width_mm is None else mm(facts.width_mm))
    limit = f"{', '.join(one.words() for one in accepted)} mm, within {own_limits()['tolerance']['mm']} mm"
    reason = _no_size(case)
    if facts.width_mm is None or reason:
        return unseen("width", reason, limit)
    good = any(one.holds(facts.width_mm) for one in accepted)
    return ruled(case, "width", accepted[0].by, good, mm(facts.width_mm), limit)


def _height(case: Case) -> Finding:
    facts, most = case.facts, case.profile.height.most
    if most is None:
        return no_rule("height", "" if facts.height_mm is None else mm(facts.height_mm))
    scale = case.profile.files.scale
    top = (most.to or most.mm) * (scale.value if scale else 1.0)
    limit, reason = f"at most {top:g} mm", _no_size(case)
    if facts.height_mm is None or reason:
        return unseen("height", reason, limit)
    good = facts.height_mm <= top + own_limits()["tolerance"]["mm"]
    return ruled(case, "height", most, good, mm(facts.height_mm), limit)


def _no_size(case: Case) -> str:
    """Why the size cannot be told; empty where it can."""
    facts = case.facts
    if facts.raster and _bad_tag(case):
        return "cannot be seen: the dpi tag does not tell the size"
    return facts.unseen.get("width_mm", "")


def _asked(case: Case) -> Resolution | None:
    found: Resolution | None = getattr(case.profile.dpi, case.kind)
    return found


def _fitting_dpi(case: Case) -> tuple[float, float] | None:
    """Dots per inch at the width of the journal that the pixels fill best without falling below the rule."""
    facts, asked = case.facts, _asked(case)
    if facts.pixels is None or asked is None:
        return None
    dots = [
        (facts.pixels[0] / one.least * MM_PER_INCH, one.least)
        for one in widths_of(case)
        if facts.pixels[0] / one.least * MM_PER_INCH >= asked.least - _ROUNDING
    ]
    return min(dots, default=None)


def _bad_tag(case: Case) -> str:
    """What is wrong with the tag; empty where nothing is.

    A tag below the rule is wrong itself where it gives a width that the journal has not, and the pixels are enough
    for one that it has; else the pixels are too few, which is another rule.
    """
    facts, asked = case.facts, _asked(case)
    if facts.dpi is None:
        return "there is no dpi tag"
    if abs(facts.dpi[0] - facts.dpi[1]) > 1:
        return "the tag differs across and down"
    fits = any(one.holds(facts.width_mm or 0.0) for one in widths_of(case))
    if asked is not None and facts.dpi[0] < asked.least - _ROUNDING and not fits and _fitting_dpi(case):
        return "the pixels are enough, the tag says otherwise"
    return ""


def _tag(case: Case) -> Finding:
    facts, asked = case.facts, _asked(case)
    if not facts.raster:
        return no_rule("dpi_tag", "a vector file has none")
    measured = f"{facts.dpi[0]:g} x {facts.dpi[1]:g} dpi" if facts.dpi else "none"
    if asked is None:
        return no_rule("dpi_tag", measured)
    wrong, fitting = _bad_tag(case), _fitting_dpi(case)
    note = wrong
    if wrong and fitting:
        note = f"{wrong}; the pixels give {fitting[0]:.0f} dpi at {fitting[1]:g} mm"
    return ruled(case, "dpi_tag", asked, not wrong, measured, "a tag, the same across and down", note)


def _effective(case: Case) -> Finding:
    """Pixels over printed inches: of a raster at its own size, of pictures inside a vector file as placed."""
    facts, asked = case.facts, _asked(case)
    if facts.raster:
        fitting = _fitting_dpi(case)
        dots = (fitting[0] if fitting else None) if _bad_tag(case) else min(facts.dpi or (0.0, 0.0))
        if dots is None and facts.pixels is not None and widths_of(case):
            dots = facts.pixels[0] / widths_of(case)[0].least * MM_PER_INCH
    else:
        asked = case.profile.dpi.halftone or asked
        dots = facts.image_dpi
    if asked is None:
        return no_rule("effective_dpi", "" if dots is None else f"{dots:.0f} dpi")
    limit = span(asked.least, asked.most if facts.raster and not _bad_tag(case) else None, "dpi")
    if dots is None:
        if "image_dpi" in facts.unseen:
            return unseen("effective_dpi", facts.unseen["image_dpi"], limit, where=source(case, asked))
        if facts.raster:
            return unseen(
                "effective_dpi", "cannot be seen without a dpi tag or a width in the profile", limit
            )
        return no_rule("effective_dpi", "no picture made of pixels inside")
    good = dots >= asked.least - _ROUNDING and (
        asked.most is None or not facts.raster or bool(_bad_tag(case)) or dots <= asked.most + _ROUNDING
    )
    return ruled(case, "effective_dpi", asked, good, f"{dots:.0f} dpi", limit)
