"""What a check says of a file: one finding a rule, never that a file complies."""

from __future__ import annotations

from dataclasses import dataclass

PASS, FAIL, ASK = "pass", "fail", "ask the journal"
UNSEEN, NO_RULE = "cannot be seen", "no rule in this profile"
VERDICTS = (FAIL, ASK, PASS, UNSEEN, NO_RULE)
OWN = "this program"


@dataclass(frozen=True)
class Finding:
    """One rule held against one file.

    Attributes:
        rule: key of the rule, such as `width`.
        verdict: one of `VERDICTS`.
        measured: what the file has, with its unit; empty where nothing could be measured.
        limit: what is asked for; empty where the profile has no such rule.
        note: why it cannot be seen, or what else helps to put it right.
        source: where the limit was read: a source of the profile with how well it was verified, or a published one.
    """

    rule: str
    verdict: str
    measured: str = ""
    limit: str = ""
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Checked:
    """One file and all findings, in the order of the rules; `refused` says why it was not opened, else empty."""

    name: str
    findings: tuple[Finding, ...] = ()
    refused: str = ""
    form: str = ""
    thumbnail: str = ""

    def of(self, verdict: str) -> tuple[Finding, ...]:
        """The findings of one verdict."""
        return tuple(one for one in self.findings if one.verdict == verdict)

    @property
    def failed(self) -> bool:
        """A rule is broken, or the file could not be opened."""
        return bool(self.refused) or bool(self.of(FAIL))
