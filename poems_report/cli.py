"""The command line: one command a job. Exit codes: 0 done, 1 findings, 2 wrong usage.

Heavy libraries are loaded inside the commands, so that help answers at once.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from poems_report.commands.bundle import bundle
from poems_report.commands.check_figure import check_figure
from poems_report.commands.journals import figures, journals
from poems_report.commands.progress import progress
from poems_report.commands.study import dictionary, import_redcap, init, simulate
from poems_report.commands.versions import diff, manifest, release, verify
from poems_report.errors import PoemsError, Problem, StudyError, UsageError
from poems_report.labels import LANGUAGES

if TYPE_CHECKING:
    from poems_report.analysis import Results
    from poems_report.patients import PatientOutcome
    from poems_report.study import Study

FORMATS = ("html", "docx", "pdf", "jats")
data_argument = click.argument("data", default="data", type=click.Path(path_type=Path))
quiet_option = click.option("--quiet", is_flag=True, help="Print nothing but errors.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class _Group(click.Group):
    """Turns the errors of the package into one message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            _check_clock()
            return super().invoke(ctx)
        except UsageError as error:
            raise click.UsageError(str(error)) from None
        except PoemsError as error:
            _fail(str(error))
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            _fail(f"{place}{error.strerror or error}")


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="poems-report")
def main() -> None:
    """One study of VEGF and IL-6 in POEMS syndrome in; manuscript, patient summaries and figures out."""


@main.command()
@data_argument
@click.option("--html", type=click.Path(path_type=Path), help="Where to write the report of the check.")
@json_option
@quiet_option
def validate(data: Path, html: Path | None, as_json: bool, quiet: bool) -> None:
    """Check a study folder: every problem at once, as text, JSON or an HTML report."""
    from dataclasses import asdict

    from poems_report.provenance import write_atomically
    from poems_report.study.anonymity import group_problems
    from poems_report.validation import printed, validation_page

    problems: Sequence[Problem] = ()
    notes: Sequence[Problem] = ()
    summary: dict[str, Any] = {"valid": False}
    try:
        study = _load(data)
    except StudyError as error:
        problems = error.problems
    else:
        summary = {
            "valid": True,
            "patients": len(study.patients),
            "measurements": len(study.measurements),
            "events": len(study.events),
            "data_version": study.data_version,
            "provenance": study.config.provenance,
        }
        notes = group_problems(study.patients, study.config.privacy.k, "patients")
    if html:
        write_atomically(html, validation_page(data, problems, summary if summary["valid"] else None))
    if as_json:
        name, some = ("small_groups", notes) if summary["valid"] else ("problems", problems)
        click.echo(json.dumps(summary | {name: [asdict(one) for one in some]}, indent=2))
    elif problems:
        click.echo(printed(problems), err=True)
    elif not quiet:
        click.echo(
            f"{data}: valid; {summary['patients']} patients, {summary['measurements']} measurements, "
            f"{summary['events']} events; data version {summary['data_version']}; {summary['provenance']} data"
        )
        for one in notes:
            click.echo(f"note: {one}")
    if problems:
        sys.exit(1)


@main.command()
@data_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write results.json.")
@click.option("--enforce-claims", is_flag=True, help="Exit with 1 if a claim does not hold.")
@json_option
@quiet_option
def analyse(data: Path, output: Path | None, enforce_claims: bool, as_json: bool, quiet: bool) -> None:
    """Compute every result of a study."""
    from poems_report.commands.results import print_results
    from poems_report.provenance import to_json, write_atomically

    _, results = _analysed(data)
    content = to_json(results.to_dict())
    if output:
        write_atomically(output, content)
    if as_json:
        click.echo(content.decode(), nl=False)
    elif not quiet:
        print_results(results)
        if output:
            click.echo(f"wrote {output}")
    failed = [one for one in results.claims if one.verdict != "holds"]
    if enforce_claims and failed:
        _fail("\n".join(f"{one.id}: {one.verdict}: {one.statement}" for one in failed))


@main.command()
@data_argument
@click.option(
    "-o", "--output", default="_output/patients", type=click.Path(path_type=Path), show_default=True
)
@click.option("--patient", "chosen", multiple=True, metavar="ID", help="Only this patient; may be repeated.")
@click.option("--jobs", default=1, type=click.IntRange(min=1), show_default=True, help="Worker processes.")
@click.option("--force", is_flag=True, help="Make also what is up to date.")
@click.option(
    "--time-limit",
    "limit",
    default=60.0,
    type=click.FloatRange(min=0, min_open=True),
    show_default=True,
    help="Seconds that a page may take.",
)
@click.option("--scheduler", metavar="ADDRESS", help="Let the workers of this Dask scheduler make the pages.")
@click.option("--booklet", is_flag=True, help="One PDF of all of them instead, with an agenda.")
@click.option("--shared", is_flag=True, help="These workers share the output folder and write to it.")
@click.option(
    "--lang", "language", default="en", type=click.Choice(LANGUAGES), show_default=True, help="Language."
)
@click.option(
    "--since",
    metavar="DAY|MANIFEST",
    help="What the last board knew: up to this day, or the manifest.json or results.json of an earlier run.",
)
@click.option(
    "--variant",
    default="ua",
    type=click.Choice(["ua", "archive", "form"]),
    show_default=True,
    help="ua: PDF/UA-1; archive: PDF/A-3a with the values as CSV and FHIR; form: the board's part to fill in.",
)
@click.option(
    "--encrypt",
    metavar="PASSWORD_FILE",
    type=click.Path(path_type=Path),
    help="Encrypt with the password in this file.",
)
@quiet_option
def patients(
    data: Path,
    output: Path,
    chosen: tuple[str, ...],
    variant: str,
    encrypt: Path | None,
    since: str | None,
    booklet: bool,
    quiet: bool,
    **how: Any,
) -> None:
    """Make one PDF summary a patient, named after the patient's id."""
    from poems_report.patients.worker import Worker

    if booklet:
        if how["scheduler"] or how["shared"] or how["jobs"] > 1:
            raise UsageError("a booklet is made in one process: without --jobs, --scheduler and --shared")
        how = {name: how[name] for name in ("language", "limit")}
    alone = not booklet and how["jobs"] == 1 and not how["scheduler"]
    with Worker() if alone and (how["force"] or not any(output.glob("*.pdf"))) else nullcontext() as worker:
        from poems_report import patients as pages

        render = pages.render_booklet if booklet else partial(pages.render_patients, worker=worker)
        how["since"] = pages.since_of(since) if since else None
        how["finish"] = pages.finish_of(variant, pages.read_password(encrypt) if encrypt else "")
        study, results = _analysed(data, cohort=False)
        with progress("patients", len(set(chosen)) or len(study.patients), quiet) as step:

            def advance(outcome: PatientOutcome) -> None:
                step(outcome.status != "failed")

            report = render(study, results, output, patients=chosen or None, progress=advance, **how)
    if not quiet:
        click.echo(f"{output}: {len(report.made)} made, {len(report.up_to_date)} up to date")
    if report.failed:
        _fail("\n".join(f"patient {name}: {message}" for name, message in report.failed))


@main.command()
@click.argument("project", default=".", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Default: the project's output-dir.")
@click.option(
    "--engine", type=click.Choice(["auto", "quarto", "embedded"]), default="auto", show_default=True
)
@click.option("--to", "formats", metavar="FORMATS", help=f"Formats with commas: {','.join(FORMATS)}.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Default: POEMS_REPORT_DATA, or the project's data."
)
@click.option("--strict", is_flag=True, help="Fail where a value of the title block is missing.")
@click.option("--reuse", is_flag=True, help="Run no cell again where nothing that it follows from changed.")
@click.option(
    "--profile", metavar="NAME", help="Lay _quarto-NAME.yml upon the settings, e.g. draft, anonymous."
)
@quiet_option
def manuscript(project: Path, output: Path | None, formats: str | None, quiet: bool, **how: Any) -> None:
    """Render the report of a project, with Quarto where it works and without it elsewhere."""
    from poems_report.collection import without_collection
    from poems_report.manifest import record_render
    from poems_report.manuscript import render

    wanted = _formats(formats)
    say: Callable[[str], None] | None = None if quiet else lambda line: click.echo(line, err=True)
    with without_collection():
        done = render(project, output, formats=wanted, progress=say, **how)
    if done.files:
        record_render(next(iter(done.files.values())).parent, done.engine, done.warnings)
    for warning in done.warnings:
        click.echo(f"warning: {warning}", err=True)
    if not quiet:
        click.echo(f"engine: {done.engine}")
        for path in done.files.values():
            click.echo(f"wrote {path}")


for _command in (
    figures, journals, init, simulate, import_redcap, dictionary, manifest, verify, diff, release, check_figure,
    bundle,
):  # fmt: skip
    main.add_command(_command)


def _check_clock() -> None:
    """An empty SOURCE_DATE_EPOCH is none, also for the libraries, which would stumble over it."""
    from poems_report.provenance import stated_epoch

    try:
        if stated_epoch() is None:
            os.environ.pop("SOURCE_DATE_EPOCH", None)
    except ValueError as error:
        raise UsageError(str(error)) from None


@atexit.register
def _leave() -> None:
    """Let the system clear up, which takes a quarter of a second less; WeasyPrint must give back its fonts itself."""
    if "weasyprint" not in sys.modules:
        gc.freeze()


def _load(data: Path) -> Study:
    from poems_report.study import load_study

    return load_study(data)


def _analysed(data: Path, cohort: bool = True) -> tuple[Study, Results]:
    from poems_report.analysis import analyse as compute

    study = _load(data)
    return study, compute(study, cohort=cohort)


def _formats(text: str | None) -> Sequence[str] | None:
    if text is None:
        return None
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise UsageError(f"unknown format {', '.join(unknown) or text!r}; known: {', '.join(FORMATS)}")
    return wanted


def _fail(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(1)
