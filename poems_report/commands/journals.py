"""Commands around journals: what they ask of a figure, and the figures made for one of them."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from poems_report.errors import UsageError

if TYPE_CHECKING:
    from poems_report.analysis import Results
    from poems_report.figures import Figure
    from poems_report.study import Study
    from poems_report.submission.journal_export import Export
    from poems_report.submission.plan import Columns, Plan
    from poems_report.submission.profile import Mode, Profile


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


@click.command()
@click.argument("data", default="data", type=click.Path(path_type=Path))
@click.option("-o", "--output", default="_output/figures", type=click.Path(path_type=Path), show_default=True)
@click.option("--journal", metavar="NAME", help="For this journal, or by a profile of your own (.toml).")
@click.option("--width", type=click.Choice(["single", "onehalf", "double"]), help="Columns of the journal.")
@click.option(
    "--colour", type=click.Choice(["rgb", "grey", "cmyk"]), help="Of TIFF, JPEG and PNG for the journal."
)
@click.option(
    "--icc", type=click.Path(path_type=Path), help="Profile of the press for CMYK, not the usual one."
)
@click.option(
    "--composite",
    multiple=True,
    metavar="NAME=FIGURE,FIGURE",
    help="Join these as panels, not the usual ones.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def figures(
    data: Path,
    output: Path,
    journal: str | None,
    width: Columns | None,
    colour: Mode | None,
    icc: Path | None,
    composite: tuple[str, ...],
    quiet: bool,
) -> None:
    """Make every figure, with the data behind it and the legends; with --journal as that journal asks."""
    from poems_report.analysis import analyse
    from poems_report.figures import all_figures
    from poems_report.study import load_study
    from poems_report.submission.export import export_figures

    if journal is None and (width or colour or composite or icc):
        raise UsageError(
            "--width, --colour, --icc and --composite belong to a journal; name it with --journal"
        )
    plan = None if journal is None else plan_for(journal, width, colour, icc)
    study = load_study(data)
    results = analyse(study)
    if plan is None:
        made = all_figures(study, results)
        paths = export_figures(made, output)
        if not quiet:
            click.echo(f"{output}: {len(made)} figures in {len(paths)} files")
        return
    done = _exported(study, results, plan, composite, output)
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    if not quiet:
        singles = len({one.number for one in done.files if one.number}) - len(done.composites)
        click.echo(
            f"{output}: {singles} figures and {len(done.composites)} joined for {plan.profile.title} "
            f"in {len(done.files)} files; verify with the journal"
        )


def plan_for(journal: str, width: Columns | None, colour: Mode | None, icc: Path | None) -> Plan:
    """What was chosen; colours are those that the journal names first, else RGB.

    Raises:
        ProfileError: an unknown journal or a wrong profile.
        UsageError: a colour that the journal does not take, a profile of a press for other colours than CMYK.
    """
    from poems_report.submission.cmyk import OWN, press_profile
    from poems_report.submission.plan import Plan
    from poems_report.submission.profiles import profile

    asked = profile(journal)
    mode = colour or (asked.colour.modes.accepted[0] if asked.colour.modes else "rgb")
    if icc is not None and mode != "cmyk":
        raise UsageError(f"--icc is for --colour cmyk; the pictures would be {mode}")
    return Plan(asked, width or "single", mode, press_profile(icc or OWN) if mode == "cmyk" else None)


def _exported(study: Study, results: Results, plan: Plan, named: tuple[str, ...], output: Path) -> Export:
    from poems_report.figures import NAMES, figure_or_reason
    from poems_report.figures.composite import composite_of, composites
    from poems_report.figures.graphical_abstract import graphical_abstract
    from poems_report.submission.journal_export import export_for_journal

    joined = tuple(map(composite_of, named)) or composites()

    def make(name: str, width_mm: float) -> Figure:
        return figure_or_reason(name, study, results, width_mm)

    return export_for_journal(
        NAMES, make, plan, output, composites=joined, abstract=partial(graphical_abstract, study, results)
    )
