"""A figure as files for the report: drawn once, saved in each form that a format of the report takes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from poems_report.figures.figure import Figure
from poems_report.figures.theme import drawing
from poems_report.provenance import write_atomically

PNG_DPI = 220


def write_drawings(figure: Figure, stem: Path) -> None:
    """Write `<stem>.svg` (letters as shapes), `<stem>.live.svg` (letters as text) and `<stem>.png`.

    The same figure gives the same bytes.
    """
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    undated: dict[str, Any] = {"Date": None, "Creator": None}
    with drawing():
        drawn = figure.plot.draw(show=False)
        try:
            forms = {".live.svg": _saved(drawn, "svg", undated), ".png": _saved(drawn, "png", {"Software": None})}
            with mpl.rc_context({"svg.fonttype": "path"}):
                forms[".svg"] = _saved(drawn, "svg", undated)
        finally:
            plt.close(drawn)
    for ending, content in forms.items():
        write_atomically(stem.with_name(stem.name + ending), content)


def _saved(drawn: Any, form: str, metadata: dict[str, Any]) -> bytes:
    out = BytesIO()
    drawn.savefig(out, format=form, dpi=PNG_DPI, metadata=metadata)
    return out.getvalue()
