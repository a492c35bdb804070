"""Commands that trace outputs and compare versions of the report; heavy libraries are loaded inside them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

output_argument = click.argument("output", default="_output", type=click.Path(path_type=Path))
data_option = click.option(
    "--data", default="data", type=click.Path(path_type=Path), show_default=True, help="The study folder."
)
project_option = click.option(
    "--project",
    default=".",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    show_default=True,
    help="Folder of _quarto.yml and releases/.",
)
quiet_option = click.option("--quiet", is_flag=True, help="Print nothing but errors.")


@click.command()
@output_argument
@data_option
@project_option
@quiet_option
def manifest(output: Path, data: Path, project: Path, quiet: bool) -> None:
    """Write the manifest of a folder of outputs: hashes, versions, commit."""
    from poems_report.analysis import analyse
    from poems_report.manifest import make_manifest, write_manifest
    from poems_report.study import load_study

    study = load_study(data)
    exempted = [one.model_dump() for one in study.config.privacy.allow]
    content = make_manifest(output, project, analyse(study).study, study.folder, exempted)
    path = write_manifest(output, content)
    if not quiet:
        click.echo(f"wrote {path}: {len(content['outputs'])} outputs, {len(content['inputs'])} inputs")


@click.command()
@output_argument
@click.option(
    "--release",
    "version",
    metavar="VERSION",
    help="Rebuild this release from its tag and compare it instead.",
)
@data_option
@project_option
@quiet_option
def verify(output: Path, version: str | None, data: Path, project: Path, quiet: bool) -> None:
    """Check every output against the manifest; with --release a released version against its tag.

    OUTPUT is a folder of outputs, or a bundle (.zip).
    """
    if version is not None:
        from poems_report.versions.rebuild import rebuild

        done = rebuild(project, version, str(data))
        if not quiet:
            click.echo(
                f"{done.version}: rebuilt from {done.tag} (commit {done.commit[:12]}); "
                f"results.json has the same bytes, sha256 {done.sha256}"
            )
            libraries = (
                f"other than at the release: {', '.join(done.libraries)}" if done.libraries else "the same"
            )
            click.echo(f"libraries: {libraries}")
        return
    from poems_report.manifest import verify as verify_folder
    from poems_report.submission.bundle.verifying import verify_archive

    compared = verify_archive(output) if output.is_file() else verify_folder(output)
    if not quiet:
        click.echo(f"{output}: {compared} outputs as the manifest lists them")


@click.command()
@click.argument("old")
@click.argument("new")
@data_option
@project_option
@click.option("--exit-code", is_flag=True, help="Exit with 1 if something changed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@quiet_option
def diff(old: str, new: str, data: Path, project: Path, exit_code: bool, as_json: bool, quiet: bool) -> None:
    """Say what changed between two versions, claims first.

    OLD and NEW are each a released version, a results.json, a folder of outputs, a study folder, or a git revision.
    """
    from dataclasses import asdict

    from poems_report.versions.sides import Project, difference, find
    from poems_report.versions.wording import lines_of

    where = Project(project, data.as_posix())
    sides = {"old": find(old, where), "new": find(new, where)}
    found = difference(sides["old"], sides["new"])
    if as_json:
        named = {
            side: {"name": name, "source": sides[side].source} for side, name in (("old", old), ("new", new))
        }
        content = {"changed": bool(found), **named, **asdict(found)}
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
    elif not quiet:
        for side, one in sides.items():
            click.echo(f"{side}: {one.source}")
        click.echo("\n".join(lines_of(found)))
    if exit_code and found:
        sys.exit(1)


@click.command()
@output_argument
@click.option("--version", metavar="VERSION", help="Refuse to release any other version than this.")
@click.option("--check", is_flag=True, help="Only say whether the project could be released.")
@data_option
@project_option
@quiet_option
def release(output: Path, version: str | None, check: bool, data: Path, project: Path, quiet: bool) -> None:
    """Freeze the current version of the report: releases/, changelog, commit and tag."""
    from poems_report.versions.release import ready
    from poems_report.versions.release import release as freeze

    if check:
        found = ready(project, version)
        if not quiet:
            click.echo(f"{found} can be released")
        return
    done = freeze(project, output, data, version)
    if not quiet:
        click.echo(
            f"released {done.version}: releases/{done.version}, tag {done.tag}, commit {done.commit[:12]}"
        )
        click.echo(f"next: git push --follow-tags; then raise `version:` in {project / '_quarto.yml'}")
