"""What a bundle holds: files with the part that each plays, in one order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ROLES = (
    "summary",
    "letter",
    "title_page",
    "manuscript",
    "anonymous",
    "article",
    "figure",
    "legends",
    "table",
    "supplement",
    "checklist",
    "statement",
    "source_data",
    "check",
    "citation",
    "results",
    "record",
)
"""Every part, in the order in which a bundle lists its files."""


@dataclass(frozen=True)
class Member:
    """One file of a bundle.

    Attributes:
        name: its path in the bundle, with slashes.
        content: its bytes.
        role: one of `ROLES`.
    """

    name: str
    content: bytes
    role: str


def ordered(members: Iterable[Member]) -> tuple[Member, ...]:
    """The members by part, then as they came."""
    return tuple(sorted(members, key=lambda one: ROLES.index(one.role)))
