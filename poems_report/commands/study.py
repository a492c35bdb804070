"""Commands that make a study folder or describe one; heavy libraries are loaded inside them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from poems_report.errors import PoemsError


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def init(folder: Path, quiet: bool) -> None:
    """Make a new study folder: commented settings and invented rows to replace."""
    from poems_report.resources import templates_folder
    from poems_report.study.new_study import new_study

    names = new_study(folder, templates_folder() / "study")
    if not quiet:
        click.echo(f"{folder}: {', '.join(names)}; begin with {folder / 'README.md'}")


@click.command()
@click.option("--patients", "count", required=True, type=int, help="Number of patients.")
@click.option("--seed", required=True, type=int, help="The same seed gives the same study.")
@click.option("--visits", default=6, type=int, show_default=True, help="Planned visits of each patient.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="A new or empty folder.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def simulate(count: int, seed: int, visits: int, output: Path, quiet: bool) -> None:
    """Draw a synthetic study of any size from a stated model, its true values in truth.json."""
    from poems_report.study.simulate import write_simulated

    drawn = write_simulated(output, count, seed, visits)
    if not quiet:
        click.echo(f"{output}: {count} simulated patients, {len(drawn.day)} visits; illustrative data")


@click.command(name="import-redcap")
@click.argument("export", type=click.Path(path_type=Path))
@click.option(
    "--dictionary", required=True, type=click.Path(path_type=Path), help="The project's data dictionary."
)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The study folder.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Default: mapping.yml in the study folder.")
@click.option("--force", is_flag=True, help="Replace the study of an earlier import.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def import_redcap(
    export: Path, dictionary: Path, output: Path, mapping: Path | None, force: bool, quiet: bool
) -> None:
    """Turn a raw REDCap export into a study folder; drafts the mapping where there is none."""
    from poems_report.study.redcap import import_redcap as run

    done = run(export, dictionary, output, mapping, force)
    if done.drafted:
        lines = [f"wrote {done.mapping}; fill it in and run this again:", *map(str, done.to_fill)]
        raise PoemsError("\n".join(lines))
    if not quiet:
        click.echo(f"{output}: {', '.join(done.files)}; valid, by {done.mapping}")


@click.command()
@click.argument("data", default="data", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the CSV that REDCap imports.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def dictionary(data: Path, output: Path | None, as_json: bool, quiet: bool) -> None:
    """Say what every column of a study may hold; made from the checks themselves."""
    from dataclasses import asdict

    from poems_report.provenance import write_atomically
    from poems_report.study.config import load_config
    from poems_report.study.dictionary import dictionary_rows, redcap_dictionary

    config = load_config(data / "study.yml")
    if output:
        write_atomically(output, redcap_dictionary(config))
    rows = dictionary_rows(config)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
    elif output and not quiet:
        click.echo(f"wrote {output}")
    elif not output:
        for row in rows:
            needed = " (required)" if row.required else ""
            click.echo(f"{row.file}: {row.column}{needed}: {row.meaning} Allowed: {row.allowed}")
