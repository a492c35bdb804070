"""From a view to HTML: templates receive formatted strings and decide nothing."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report import theme
from poems_report.patients.drawing import ChartView
from poems_report.patients.metrics import FAMILIES
from poems_report.patients.model import PatientView
from poems_report.patients.signs import shown
from poems_report.resources import templates_folder

if TYPE_CHECKING:
    from jinja2 import Environment


def patient_templates() -> Path:
    """The folder of the page's templates and style sheet."""
    return templates_folder() / "patient"


def html_of(view: PatientView, made: datetime, form: bool = False) -> str:
    """The page as HTML, its chart within it.

    Args:
        view: what to show.
        made: the date that the document carries.
        form: whether the board's part has fields to fill in.
    """
    chart = "" if view.panel.chart is None else _data_uri(svg_of(view.panel.chart))
    template = environment().get_template("page.html.j2")
    return template.render(page=view, chart=chart, form=form, made=stamp(made))


def stamp(made: datetime) -> str:
    """A date as a document's metadata have it."""
    return made.strftime("%Y-%m-%dT%H:%M:%SZ")


def svg_of(chart: ChartView) -> str:
    """The chart as SVG."""
    return environment().get_template("chart.svg.j2").render(chart=chart, theme=theme, families=FAMILIES)


def _data_uri(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


@cache
def environment() -> Environment:
    """Jinja2 with autoescape, strict about what is undefined, and blind beyond the page's own folder."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(patient_templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )


def _printable(value: object) -> object:
    return shown(value) if type(value) is str else value
