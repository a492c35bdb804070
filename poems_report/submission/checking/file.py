"""Rules of the file itself: name, format, bytes, colour mode, alpha, layers, pages, compression."""

from __future__ import annotations

import re
from collections.abc import Iterator

from poems_report.submission.checking.ruling import Case, no_rule, own, own_limits, ruled, unseen
from poems_report.submission.checking.verdict import Finding

_MODES = {"RGB": "rgb", "L": "grey", "CMYK": "cmyk"}
_WORDS = {"RGB": "RGB", "L": "grey", "CMYK": "CMYK", "1": "black and white", "P": "indexed"}


def files(case: Case) -> Iterator[Finding]:
    """All rules of the file."""
    yield _name(case)
    yield _format(case)
    yield _bytes(case)
    yield _pages(case)
    yield _mode(case)
    yield _icc(case)
    yield _bits(case)
    yield _flag(case, "alpha", case.facts.alpha, ("transparency", "none"))
    yield _flag(case, "layers", case.facts.layered, ("layers", "none"))
    yield _compression(case)


def _name(case: Case) -> Finding:
    rule, name = case.profile.files.name, case.facts.name
    if rule is None:
        return no_rule("name", name)
    stem = name.rpartition(".")[0]
    pattern = re.escape(rule.value).replace(re.escape("{number}"), r"[1-9][0-9]*")
    both = case.profile.files.labelled_and_unlabelled
    if both is not None and both.value:
        pattern += "(-unlabelled)?"
    return ruled(
        case,
        "name",
        rule,
        bool(re.fullmatch(pattern, stem)),
        name,
        _such(rule.value),
    )


def _such(pattern: str) -> str:
    return f"such as {pattern.replace('{number}', '1')}"


def _format(case: Case) -> Finding:
    facts, stated = case.facts, case.profile.formats
    rules = [one for one in (stated.vector, stated.raster, stated.office) if one is not None]
    if not rules:
        return no_rule("format", facts.form.upper())
    accepted = [form for rule in rules for form in rule.accepted]
    good = facts.form in accepted
    note = ""
    if stated.art is not None and stated.art.value == "vector" and facts.raster and case.kind == "line_art":
        good, note = False, "line art has to come as a vector"
        accepted = [form for rule in rules if rule is not stated.raster for form in rule.accepted]
    by = (stated.raster if facts.raster else stated.vector) or rules[0]
    return ruled(case, "format", by, good, facts.form.upper(), ", ".join(accepted).upper(), note)


def _bytes(case: Case) -> Finding:
    rule, size = case.profile.files.max_bytes, case.facts.size_bytes
    if rule is None:
        return no_rule("bytes", f"{size} bytes")
    return ruled(case, "bytes", rule, size <= rule.value, f"{size} bytes", f"at most {rule.value:.0f} bytes")


def _pages(case: Case) -> Finding:
    most = own_limits()["pages"]["most"]
    return own("pages", case.facts.pages <= most, str(case.facts.pages), f"{most}")


def _mode(case: Case) -> Finding:
    facts, rule = case.facts, case.profile.colour.modes
    measured = ", ".join(_WORDS.get(mode, mode) for mode in facts.modes)
    if rule is None:
        return no_rule("mode", measured)
    limit = ", ".join(_WORDS[{"rgb": "RGB", "grey": "L", "cmyk": "CMYK"}[one]] for one in rule.accepted)
    if "modes" in facts.unseen:
        return unseen("mode", facts.unseen["modes"], limit)
    used = [mode for mode in facts.modes if facts.raster or mode != "L"]
    good = all(_MODES.get(mode) in rule.accepted for mode in used)
    return ruled(case, "mode", rule, good, measured or "nothing drawn", limit)


def _icc(case: Case) -> Finding:
    """A picture in inks says nothing of its colours without the profile of the press."""
    facts, rule = case.facts, case.profile.colour.modes
    measured = f"for {facts.icc}" if facts.icc else "none"
    accepted = rule is None or "cmyk" in rule.accepted
    if not facts.raster or facts.modes != ("CMYK",) or not accepted:
        return no_rule("icc", measured)
    return own("icc", facts.icc == "CMYK", measured, "for CMYK, embedded")


def _bits(case: Case) -> Finding:
    facts, rule = case.facts, case.profile.colour.bits
    measured = "a vector file has none" if facts.bits is None else f"{facts.bits} bits a channel"
    if rule is None or facts.bits is None or facts.modes in (("1",), ("P",)):
        return no_rule("bits", measured)
    return ruled(case, "bits", rule, facts.bits == rule.value, measured, f"{rule.value:g} bits a channel")


def _flag(case: Case, name: str, found: bool, words: tuple[str, str]) -> Finding:
    rule = case.profile.formats.alpha if name == "alpha" else case.profile.formats.layers
    measured = words[0] if found else words[1]
    if rule is None:
        return no_rule(name, measured)
    if case.facts.form == "eps" and name == "layers":
        return no_rule(name, "an EPS has none")
    return ruled(case, name, rule, rule.value or not found, measured, "allowed" if rule.value else "none")


def _compression(case: Case) -> Finding:
    facts, rule = case.facts, case.profile.formats.compression
    if facts.compression is None:
        return no_rule("compression", "a vector file has none")
    if rule is None or facts.form != "tiff":
        return no_rule("compression", facts.compression)
    return ruled(
        case, "compression", rule, facts.compression == rule.value.lower(), facts.compression, rule.value
    )
