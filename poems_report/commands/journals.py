"""Commands around journals: what they ask of a figure, and the figures made for one of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from poems_report.errors import UsageError

if TYPE_CHECKING:
    from poems_report.submission.profile import Profile


@click.command()
@click.option(
    "--journal", multiple=True, metavar="NAME", help="Only this one, or a profile of your own (.toml)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: every value with source and date.")
def journals(journal: tuple[str, ...], as_json: bool) -> None:
    """List the profiles of journals: source, date, and what is not verified. Verify with the journal."""
    from poems_report.submission.profiles import names, profile

    found = [profile(name) for name in journal or names()]
    if as_json:
        click.echo(json.dumps([_described(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.name}: {one.title}")
        for source in one.sources.values():
            checked = f"read {source.checked}" if source.checked else "date of reading not recorded"
            click.echo(
                f"  {source.where}; {checked}; {source.scope}; {source.phase}; verified: {source.verified}"
            )
        open_rules: dict[str, list[str]] = {}
        for place, rule in one.rules():
            if one.verified(rule) != "yes":
                open_rules.setdefault(one.verified(rule), []).append(place)
        for standing, places in open_rules.items():
            words = {"no": "not verified", "second-hand": "second-hand"}[standing]
            click.echo(f"  {words}: {', '.join(places)}")
    click.echo("A profile is no promise: verify with the journal.")


def _described(one: Profile) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "sources": {key: source.model_dump() for key, source in one.sources.items()},
        "rules": [
            {"rule": place, **rule.model_dump(exclude_none=True), "verified": one.verified(rule)}
            for place, rule in one.rules()
        ],
    }


def export_figures_for(
    journal: str,
    columns: str | None,
    colour: str | None,
    composites: tuple[str, ...],
    output: Path,
    make: Any,
    quiet: bool,
) -> None:
    """Write the figures for a journal and say what its desk should know.

    Raises:
        ProfileError: an unknown journal or a wrong profile.
        UsageError: a colour that the journal does not take, a composite of unknown figures.
    """
    from poems_report.figures import NAMES
    from poems_report.figures.composite import composite_of
    from poems_report.figures.composite import composites as usual
    from poems_report.submission.journal_export import export_for_journal
    from poems_report.submission.plan import COLUMNS, Plan
    from poems_report.submission.profiles import profile

    width = next((one for one in COLUMNS if one == columns), COLUMNS[0])
    if columns is not None and columns != width:
        raise UsageError(f"unknown width {columns!r}; known: {', '.join(COLUMNS)}")
    plan = Plan(profile(journal), width, "grey" if colour == "grey" else "rgb")
    joined = tuple(map(composite_of, composites)) or usual()
    done = export_for_journal(NAMES, make, plan, output, composites=joined)
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    if not quiet:
        click.echo(
            f"{output}: {len(NAMES)} figures and {len(done.composites)} joined for {plan.profile.title} "
            f"in {len(done.files)} files; verify with the journal"
        )
