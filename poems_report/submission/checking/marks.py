"""Rules of what is drawn: fonts, sizes of text, widths of lines, text beyond the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from poems_report.submission.checking.ruling import (
    Case,
    no_rule,
    number,
    own,
    own_limits,
    ruled,
    source,
    span,
    unseen,
)  # fmt: skip
from poems_report.submission.checking.verdict import ASK, Finding
from poems_report.submission.profile import PointRange
from poems_report.submission.reading.facts import Text

_ROUNDING = 0.05
"""Points that writers lose by rounding."""
_SCRIPT_LETTERS = 4
"""A sub- or superscript has at most this many letters."""
_TYPE3 = "Type 3"


def marks(case: Case) -> Iterator[Finding]:
    """All rules of what is drawn."""
    yield _embedded(case)
    yield _type3(case)
    yield _names(case)
    yield from _text(case)
    yield from _lines(case)
    yield _outside(case)


def _embedded(case: Case) -> Finding:
    facts, rule = case.facts, case.profile.fonts.embedded
    if facts.raster:
        return no_rule("fonts_embedded", "pixels need no font")
    missing = [font.name for font in facts.fonts if font.embedded is False]
    live = [font.name for font in facts.fonts if font.embedded is None]
    measured = f"not embedded: {', '.join(missing)}" if missing else f"{len(facts.fonts)} fonts embedded"
    if not facts.fonts:
        measured = "no font: the text is outlines, or there is none"
    outlined = case.profile.fonts.outlined_eps
    if facts.form == "eps" and outlined is not None and outlined.value:
        names = ", ".join(font.name for font in facts.fonts)
        return ruled(
            case, "fonts_embedded", outlined, not facts.fonts, names or measured, "outlines, no font"
        )
    if rule is None or not rule.value:
        return no_rule("fonts_embedded", measured)
    if live and not missing:
        return unseen("fonts_embedded", "an SVG names its fonts and leaves them to the reader", "embedded")
    return ruled(case, "fonts_embedded", rule, not missing, measured, "embedded")


def _type3(case: Case) -> Finding:
    facts, rule = case.facts, case.profile.fonts.truetype
    found = [font.name for font in facts.fonts if font.kind == _TYPE3]
    measured = f"Type 3: {', '.join(found)}" if found else "none"
    if facts.raster or rule is None or not rule.value:
        return no_rule("fonts_type3", measured)
    return ruled(case, "fonts_type3", rule, not found, measured, "no Type 3 font")


def _names(case: Case) -> Finding:
    facts, rule = case.facts, case.profile.fonts.accepted
    measured = ", ".join(sorted({font.name for font in facts.fonts}))
    if rule is None:
        return no_rule("fonts_names", measured)
    limit = ", ".join(rule.accepted)
    if facts.raster:
        return unseen("fonts_names", "cannot be seen in a raster", limit, measured, source(case, rule))
    if not facts.fonts:
        why = "cannot be seen: the text is outlines, or there is none"
        return unseen("fonts_names", why, limit, where=source(case, rule))
    strange = [font.name for font in facts.fonts if not _accepted(font.name, rule.accepted)]
    stand_ins = {name: [family for family in _alike(name) if family in rule.accepted] for name in strange}
    if strange and all(stand_ins.values()):
        alike = sorted({family for families in stand_ins.values() for family in families})
        note = f"letters as wide as those of {', '.join(alike)} ({own_limits()['same_widths']['source']})"
        return Finding("fonts_names", ASK, measured, limit, note, source(case, rule))
    return ruled(case, "fonts_names", rule, not strange, measured, limit)


def _alike(name: str) -> list[str]:
    """Families whose letters have the same widths as those of a font."""
    families: dict[str, list[str]] = own_limits()["same_widths"]["families"]
    return [family for family, others in families.items() if _accepted(name, others)]


def _accepted(name: str, families: Sequence[str]) -> bool:
    """Whether a PostScript name belongs to a family: `Arial-BoldMT` to Arial."""
    plain = _letters(name)
    return any(plain.startswith(_letters(family)) for family in families)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _text(case: Case) -> Iterator[Finding]:
    facts, stated = case.facts, case.profile.sizes
    rule = stated.text
    texts = sorted(facts.texts, key=lambda one: one.size_pt)
    for name, pick in (("text_smallest", 0), ("text_largest", -1)):
        bound = None if rule is None else (rule.least if pick == 0 else rule.most)
        kept = _without_panels(texts, stated.panel) if pick else _without_scripts(texts, rule, stated.scripts)
        shown = f"{number(kept[pick].size_pt)} pt, {kept[pick].content!r}" if kept else ""
        if rule is None or bound is None:
            yield no_rule(name, shown or facts.unseen.get("texts", "no text"))
            continue
        limit = span(bound, None, "pt") if pick == 0 else span(None, bound, "pt")
        if pick == 0 and stated.scripts is not None and stated.scripts.least is not None:
            limit += f"; sub- and superscripts {span(stated.scripts.least, None, 'pt')}"
        if "texts" in facts.unseen:
            yield unseen(name, facts.unseen["texts"], limit, where=source(case, rule))
        elif not kept:
            yield unseen(name, "cannot be seen: the text is outlines, or there is none", limit)
        else:
            size = kept[pick].size_pt
            good = size >= bound - _ROUNDING if pick == 0 else size <= bound + _ROUNDING
            yield ruled(case, name, rule, good, shown, limit)


def _without_scripts(
    texts: Sequence[Text], rule: PointRange | None, scripts: PointRange | None
) -> Sequence[Text]:
    """The texts without those that are taken as sub- or superscripts: short, and large enough for one."""
    if rule is None or rule.least is None or scripts is None or scripts.least is None:
        return texts
    least, own_least = rule.least, scripts.least
    return [
        one
        for one in texts
        if one.size_pt >= least - _ROUNDING
        or one.size_pt < own_least - _ROUNDING
        or len(one.content) > _SCRIPT_LETTERS
    ]


def _without_panels(texts: Sequence[Text], panel: PointRange | None) -> Sequence[Text]:
    """The texts without the letters of panels, which have a rule of their own."""
    if panel is None or panel.most is None:
        return texts
    most = panel.most + _ROUNDING
    kept = [
        one for one in texts if not (re.fullmatch(r"\(?[A-Za-z]\)?", one.content) and one.size_pt <= most)
    ]
    return kept or texts


def _lines(case: Case) -> Iterator[Finding]:
    facts, rule = case.facts, case.profile.sizes.lines
    for name, pick in (("line_thinnest", 0), ("line_thickest", -1)):
        bound = None if rule is None else (rule.least if pick == 0 else rule.most)
        shown = f"{number(facts.lines_pt[pick])} pt" if facts.lines_pt else ""
        if rule is None or bound is None:
            yield no_rule(name, shown or facts.unseen.get("lines_pt", "no line"))
            continue
        limit = span(bound, None, "pt") if pick == 0 else span(None, bound, "pt")
        if "lines_pt" in facts.unseen:
            yield unseen(name, facts.unseen["lines_pt"], limit, where=source(case, rule))
        elif not facts.lines_pt:
            yield ruled(case, name, rule, True, "no line", limit)
        else:
            width = facts.lines_pt[pick]
            good = width >= bound - _ROUNDING / 5 if pick == 0 else width <= bound + _ROUNDING / 5
            yield ruled(case, name, rule, good, shown, limit)


def _outside(case: Case) -> Finding:
    facts = case.facts
    if "texts" in facts.unseen or facts.raster:
        return unseen(
            "outside", facts.unseen.get("texts", "cannot be seen in a raster"), "no text beyond the page"
        )
    found = [one.content for one in facts.texts if one.outside]
    most = own_limits()["outside"]["most"]
    measured = ", ".join(repr(one) for one in found[:3]) + (
        f" and {len(found) - 3} more" if len(found) > 3 else ""
    )
    return own("outside", len(found) <= most, measured or "none", "no text beyond the page")
