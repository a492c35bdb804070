"""One rule of a profile held against what was measured."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from poems_report.submission.checking.verdict import FAIL, NO_RULE, PASS, UNSEEN, Finding
from poems_report.submission.profile import Profile, Rule
from poems_report.submission.reading.facts import Facts


@dataclass(frozen=True)
class Case:
    """A file and what it is held against.

    Attributes:
        facts: of the file.
        profile: of the journal.
        kind: `line_art`, `halftone` or `combination`: which resolution is asked for.
    """

    facts: Facts
    profile: Profile
    kind: str = "line_art"


@cache
def own_limits() -> Mapping[str, Any]:
    """The limits of this program, by rule, each with its source."""
    with Path(__file__).with_name("limits.toml").open("rb") as handle:
        return MappingProxyType(tomllib.load(handle))


def own(rule: str, good: bool, measured: str, limit: str, note: str = "") -> Finding:
    """A finding under a limit of this program."""
    return Finding(rule, PASS if good else FAIL, measured, limit, note, own_limits()[rule]["source"])


def ruled(case: Case, rule: str, by: Rule, good: bool, measured: str, limit: str, note: str = "") -> Finding:
    """A finding under a rule of the profile."""
    return Finding(rule, PASS if good else FAIL, measured, limit, note or by.note, source(case, by))


def unseen(rule: str, why: str, limit: str = "", measured: str = "", where: str = "") -> Finding:
    """A rule that this file does not let anyone see."""
    return Finding(rule, UNSEEN, measured, limit, why, where)


def no_rule(rule: str, measured: str) -> Finding:
    """What was measured, with nothing to hold it against."""
    return Finding(rule, NO_RULE, measured)


def source(case: Case, by: Rule) -> str:
    """Where a rule of the profile was read, and how well it was verified."""
    verified = case.profile.verified(by)
    words = {"yes": "read there", "second-hand": "second-hand", "no": "unverified"}[verified]
    return f"{case.profile.source_of(by).where} ({words})"


def mm(value: float) -> str:
    """Millimetres to a tenth."""
    return f"{value:.1f} mm"


def number(value: float) -> str:
    """A size without zeros that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def span(least: float | None, most: float | None, unit: str) -> str:
    """A range as words."""
    if least is not None and most is not None:
        return f"{number(least)} to {number(most)} {unit}" if least != most else f"{number(least)} {unit}"
    return f"at least {number(least)} {unit}" if least is not None else f"at most {number(most or 0)} {unit}"
