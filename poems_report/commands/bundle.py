"""The command that makes everything for one journal; heavy libraries are loaded inside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

COLUMNS = ("single", "onehalf", "double")


@click.command()
@click.argument("folder", default=".", metavar="[DATA|PROJECT]", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, metavar="FILE.zip", type=click.Path(path_type=Path), help="The zip file."
)
@click.option(
    "--journal",
    required=True,
    metavar="NAME",
    help="A journal of `poems-report journals`, or a profile of your own (.toml).",
)
@click.option(
    "--width",
    type=click.Choice(COLUMNS),
    default=COLUMNS[0],
    show_default=True,
    help="Columns of the journal.",
)
@click.option(
    "--engine", type=click.Choice(["auto", "quarto", "embedded"]), default="auto", show_default=True
)
@click.option(
    "--meca", is_flag=True, help="As a MECA archive (NISO RP-30), for systems that exchange manuscripts."
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def bundle(
    folder: Path, output: Path, journal: str, width: Any, engine: Any, meca: bool, quiet: bool
) -> None:
    """Make one zip file of all that a journal asks for: manuscript, figures, tables, data, checklists, letter.

    PROJECT is a folder with _quarto.yml (default: here), DATA a study folder for the project here. summary.html in
    the zip says what the desk will check and what is left to do. `poems-report verify FILE.zip` checks it. Many
    receivers of MECA want a name that ends in -meca.zip.
    """
    from poems_report.commands.journals import plan_for
    from poems_report.submission.bundle import Request, folders
    from poems_report.submission.bundle import bundle as make

    project, data = folders(folder)
    request = Request(project, data, plan_for(journal, width, None, None), output, engine, meca)
    say: Callable[[str], None] = (lambda _: None) if quiet else lambda line: click.echo(line, err=True)
    made = make(request, say)
    if not quiet:
        click.echo(
            f"{output}: {len(made.members)} files for {request.plan.profile.title}; verify with the journal"
        )
        click.echo("left to do:")
        for line in made.left:
            click.echo(f"  {line}")
