"""The command that checks finished figure files; heavy libraries are loaded inside it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

KINDS = ("line_art", "halftone", "combination", "graphical_abstract")


@click.command("check-figure")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--journal",
    default="generic",
    metavar="NAME",
    show_default=True,
    help="A journal of `poems-report journals`, or a profile of your own (.toml).",
)
@click.option(
    "--kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True, help="Whose rules count."
)
@click.option("--html", type=click.Path(path_type=Path), help="Where to write the findings with thumbnails.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def check_figure(
    files: tuple[Path, ...], journal: str, kind: str, html: Path | None, as_json: bool, quiet: bool
) -> None:
    """Open finished figures (TIFF, JPEG, PNG, PDF, EPS, SVG) and say what is wrong for a journal."""
    from poems_report.provenance import write_atomically
    from poems_report.submission.checking import printed
    from poems_report.submission.checking.check import check_files
    from poems_report.submission.profiles import profile

    asked = profile(journal)
    checked = check_files(files, asked, kind, pictures=html is not None)
    if html:
        write_atomically(html, printed.page(checked, asked))
    failed = any(one.failed for one in checked)
    if as_json:
        click.echo(json.dumps(printed.as_json(checked, asked), ensure_ascii=False, indent=2))
    elif not quiet or failed:
        click.echo("\n".join(printed.lines_of(checked)), err=quiet)
    if failed:
        sys.exit(1)
