"""Rules of colours: contrast, and whether they stand apart without one kind of cone and in grey print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from poems_report.submission.checking.ruling import Case, number, own, own_limits, unseen
from poems_report.submission.checking.verdict import FAIL, PASS, Finding
from poems_report.submission.reading.facts import Colour, Facts
from poems_report.submission.vision import CONES, GREY, chroma, contrast, nearest

WHITE: Colour = (255, 255, 255)
MOST = 60
"""Colours that are compared; a file with more is a photograph or a ramp."""


def colours(case: Case) -> Iterator[Finding]:
    """Contrast of text and of strong colours; distance of colours by way of seeing."""
    yield _text_contrast(case.facts)
    yield _colour_contrast(case.facts)
    for seen in (*CONES, GREY):
        yield _distance(case, seen)


def _text_contrast(facts: Facts) -> Finding:
    """The text that comes nearest to its limit; a sign alone, such as `<`, is held to the limit of a mark."""
    least, of_mark = own_limits()["text_contrast"]["least"], own_limits()["colour_contrast"]["least"]
    limit = f"at least {least:g}:1; signs {of_mark:g}:1"
    known = [
        (ratio / (least if any(map(str.isalnum, one.content)) else of_mark), ratio, one.content)
        for one in facts.texts
        if one.colour is not None and one.ground is not None and not one.outside
        for ratio in (contrast(one.colour, one.ground),)
    ]
    if not known:
        why = facts.unseen.get("texts", "cannot be seen: no text on plain ground")
        return unseen("text_contrast", "cannot be seen in a raster" if facts.raster else why, limit)
    share, ratio, content = min(known)
    return own("text_contrast", share >= 0.999, f"{ratio:.1f}:1, {content!r}", limit)


def _colour_contrast(facts: Facts) -> Finding:
    stated = own_limits()["colour_contrast"]
    limit = f"at least {stated['least']:g}:1 for colours of chroma {stated['chroma']:g} and above, on white"
    if "colours" in facts.unseen:
        return unseen("colour_contrast", facts.unseen["colours"], limit)
    strong = [(contrast(one, WHITE), one) for one in facts.colours if chroma(one) >= stated["chroma"]]
    if not strong:
        return own("colour_contrast", True, "no strong colour", limit)
    worst, colour = min(strong)
    return own("colour_contrast", worst >= stated["least"] - 0.005, f"{worst:.1f}:1, {shown(colour)}", limit)


def _distance(case: Case, seen: str) -> Finding:
    stated = own_limits()["colour_distance"]
    rule = f"distance_{seen}"
    limit = f"at least {stated['least']:g} noticeable difference"
    facts = case.facts
    if "colours" in facts.unseen:
        return unseen(rule, facts.unseen["colours"], limit)
    meant = _meant(facts.colours, stated["chroma"])
    if len(meant) > MOST:
        return unseen(rule, "cannot be seen among the colours of a photograph or a ramp", limit)
    found = nearest(meant, seen, stated["apart"])
    if found is None:
        return Finding(rule, PASS, "no two colours to be told apart", limit, "", stated["source"])
    apart, one, other = found
    measured = f"{number(apart)}, {shown(one)} and {shown(other)}"
    if apart >= stated["least"]:
        return Finding(rule, PASS, measured, limit, "", stated["source"])
    if seen == GREY and not _printed_grey(case):
        why = "in grey these colours merge; whether shape or dash tells them apart cannot be seen in colours"
        return unseen(rule, why, limit, measured, stated["source"])
    return Finding(rule, FAIL, measured, limit, "", stated["source"])


def _meant(found: Sequence[Colour], least: float) -> tuple[Colour, ...]:
    return tuple(one for one in found if chroma(one) >= least)


def _printed_grey(case: Case) -> bool:
    rule = case.profile.colour.modes
    return rule is not None and set(rule.accepted) == {"grey"}


def shown(colour: Colour) -> str:
    """A colour as #rrggbb."""
    return "#" + "".join(f"{part:02x}" for part in colour)
