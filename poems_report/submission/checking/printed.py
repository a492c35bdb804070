"""What a check shows: lines for a terminal, JSON, and one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from poems_report.labels import labels
from poems_report.resources import templates_folder
from poems_report.submission.checking.verdict import (
    ASK,
    FAIL,
    NO_RULE,
    PASS,
    UNSEEN,
    VERDICTS,
    Checked,
    Finding,
)
from poems_report.submission.profile import Profile


def name_of(finding: Finding) -> str:
    """A rule in words."""
    return labels()[f"check_figure.rules.{finding.rule.replace('.', '_')}"]


def summary(one: Checked) -> str:
    """How many rules of each verdict."""
    key = "check_figure.refused" if one.refused else "check_figure.opened"
    counts = {"failed": FAIL, "asked": ASK, "passed": PASS, "unseen": UNSEEN, "unruled": NO_RULE}
    return labels().text(
        key, name=one.name, **{name: len(one.of(verdict)) for name, verdict in counts.items()}
    )


def lines_of(checked: Sequence[Checked]) -> list[str]:
    """What a terminal shows: each broken rule with its limit, what to ask, what held, what cannot be seen."""
    words = labels()
    lines = []
    for one in checked:
        lines.append(summary(one))
        if one.refused:
            lines.append(f"  {FAIL}: {one.refused}")
            continue
        lines += [f"  {FAIL}: {_line(finding)}" for finding in one.of(FAIL)]
        for verdict in (ASK, PASS, UNSEEN):
            lines += [f"  {verdict}: {_line(finding)}" for finding in one.of(verdict)]
        if unruled := one.of(NO_RULE):
            lines.append(f"  {NO_RULE}: {', '.join(_measured(finding) for finding in unruled)}")
    return [*lines, words["check_figure.verify"]]


def _measured(finding: Finding) -> str:
    return f"{name_of(finding)} ({finding.measured})" if finding.measured else name_of(finding)


def _line(finding: Finding) -> str:
    words = labels()
    parts = [name_of(finding)]
    if finding.measured:
        parts.append(f" {finding.measured}")
    if finding.limit:
        parts.append(f"; {words['check_figure.limit']} {finding.limit}")
    if finding.note:
        parts.append(f"; {finding.note}")
    return "".join(parts) + (f" [{finding.source}]" if finding.source else "")


def as_json(checked: Sequence[Checked], profile: Profile) -> dict[str, Any]:
    """All findings of all files."""
    return {
        "journal": profile.name,
        "title": profile.title,
        "verify": labels()["check_figure.verify"],
        "files": [
            {
                "name": one.name,
                "form": one.form,
                "failed": one.failed,
                "refused": one.refused,
                "findings": [asdict(finding) for finding in one.findings],
            }
            for one in checked
        ],
    }


def page(checked: Sequence[Checked], profile: Profile) -> bytes:
    """The findings as one HTML page with a small picture of each file."""
    import jinja2

    from poems_report import theme

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder() / "check_figure"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made = environment.get_template("page.html.j2").render(
        words=labels(),
        theme=theme,
        journal=profile.title,
        files=[(one, summary(one), _ordered(one)) for one in checked],
        name_of=name_of,
    )
    return made.encode()


def _ordered(one: Checked) -> list[Finding]:
    return sorted(one.findings, key=lambda finding: VERDICTS.index(finding.verdict))
