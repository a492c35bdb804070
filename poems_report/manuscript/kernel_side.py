"""What runs inside the kernel: figures in every form from one drawing, and values within a sentence."""

from __future__ import annotations

import base64
import os
import re
import sys
from io import BytesIO
from typing import Any

SVG = "image/svg+xml"
LIVE_SVG = "application/vnd.poems-report.live-svg"
PNG = "image/png"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

_state: dict[str, Any] = {"forms": (SVG, LIVE_SVG, PNG), "dpi": 192}


def install(shell: Any, forms: tuple[str, ...], dpi: float) -> None:
    """Register the formatters of figures with an IPython shell.

    Args:
        shell: the running shell.
        forms: which of SVG (letters as shapes), LIVE_SVG (letters as text) and PNG to make.
        dpi: dots per inch of the PNG.
    """
    _state.update(forms=tuple(forms), dpi=dpi)
    bundles = shell.display_formatter.mimebundle_formatter
    bundles.for_type_by_name("matplotlib.figure", "Figure", _figure)
    bundles.for_type_by_name("plotnine.ggplot", "ggplot", _plot)
    bundles.for_type_by_name("plotnine.composition._compose", "Compose", _plot)


def set_size(width: float, height: float) -> None:
    """Set the size of the figures to come, in inches, for matplotlib and for plotnine.

    plotnine takes its default from the variables that Quarto sets where it is not imported yet.
    """
    os.environ.update(QUARTO_FIG_WIDTH=str(width), QUARTO_FIG_HEIGHT=str(height))
    import matplotlib as mpl

    mpl.rcParams["figure.figsize"] = (width, height)
    if "plotnine" in sys.modules:
        from plotnine.options import set_option

        set_option("figure_size", (width, height))


def inline(value: Any) -> str:
    """A value within a sentence, as Markdown: text stays as it is written, Markdown objects are Markdown."""
    made = getattr(value, "_repr_markdown_", None)
    if made is not None and (markdown := made()) is not None:
        return str(markdown)
    return escaped(value if isinstance(value, str) else repr(value))


def escaped(text: str) -> str:
    """A text as Markdown that shows it as it stands."""
    return _PUNCTUATION.sub(r"\\\1", text)


def _plot(plot: Any, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """A plotnine plot or composition: drawn once, saved in every form."""
    import matplotlib as mpl

    figure = plot.draw(show=False)
    theme = getattr(plot, "theme", None) or plot.last_plot.theme
    with mpl.rc_context(dict(getattr(theme, "rcParams", {}))):
        return _forms(figure)


def _figure(figure: Any, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """A matplotlib figure, cut to what is drawn as notebooks do."""
    if not figure.axes and not figure.lines:
        return {"text/plain": ""}
    return _forms(figure, bbox_inches="tight", facecolor=figure.get_facecolor())


def _forms(figure: Any, **how: Any) -> dict[str, str]:
    import matplotlib as mpl

    bundle = {"text/plain": ""}
    for form in _state["forms"]:
        out = BytesIO()
        fonttype = "none" if form == LIVE_SVG else "path"
        with mpl.rc_context({"svg.hashsalt": "poems-report", "svg.fonttype": fonttype}):
            if form == PNG:
                figure.savefig(out, format="png", dpi=_state["dpi"], metadata={"Software": None}, **how)
            else:
                figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, **how)
        data = out.getvalue()
        bundle[form] = base64.b64encode(data).decode() if form == PNG else data.decode()
    return bundle
