"""Temporary."""

from poems_report.manuscript import Rendered
from poems_report.manuscript.embedded import render_embedded


def choose_and_render(project, output, engine, formats, progress):
    files, warnings = render_embedded(project.resolve(), output, formats, progress, "embedded 0.1.0")
    return Rendered("embedded 0.1.0", files, warnings)
