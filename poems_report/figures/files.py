"""A figure as the content of files: the same bytes from the same inputs."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

from poems_report.collection import without_collection
from poems_report.errors import DocumentError
from poems_report.figures.figure import Figure
from poems_report.figures.screen import for_screen, without_wrappers
from poems_report.figures.theme import drawing
from poems_report.provenance import write_atomically
from poems_report.theme import FIGURE_DPI

PDF, SVG, OUTLINED_SVG, PNG, TIFF = "pdf", "svg", "outlined-svg", "png", "tiff"
FORMATS = (PDF, SVG, OUTLINED_SVG, PNG, TIFF)
PNG_DPI = 300


def contents(figure: Figure, formats: Sequence[str], dpi: int = FIGURE_DPI) -> dict[str, bytes]:
    """Draw a figure once and give it in several formats.

    Args:
        figure: what to draw.
        formats: `pdf` (fonts embedded as TrueType), `svg` (letters live), `outlined-svg` (letters as shapes,
            for the screen), `png` (300 dpi), `tiff` (RGB without transparency, LZW, `dpi` as its tag).
        dpi: dots per inch of the TIFF.

    Raises:
        DocumentError: an unknown format.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise DocumentError(f"unknown format of a figure: {', '.join(unknown)}; known: {', '.join(FORMATS)}")
    with drawing(), without_collection():
        drawn = _laid_out(figure)
        return {name: _content(drawn, figure, name, dpi) for name in formats}


def write_drawings(figure: Figure, stem: Path) -> tuple[Path, ...]:
    """Write a figure as the report takes it.

    Returns:
        `<stem>.svg` (letters as shapes), `<stem>.live.svg` (letters live) and `<stem>.png`.
    """
    suffixes = {OUTLINED_SVG: "svg", SVG: "live.svg", PNG: "png"}
    made = contents(figure, tuple(suffixes))
    made[SVG] = without_wrappers(made[SVG].decode()).encode()
    paths = []
    for name, suffix in suffixes.items():
        path = stem.with_name(f"{stem.name}.{suffix}")
        write_atomically(path, made[name])
        paths.append(path)
    return tuple(paths)


def _laid_out(figure: Figure) -> Any:
    """The figure drawn, its layout fixed once, so that every format has the same."""
    drawn = deepcopy(figure.plot).draw()
    drawn.set_dpi(FIGURE_DPI)
    drawn.draw_without_rendering()
    drawn.set_layout_engine("none")
    drawn.set_facecolor("white")
    return drawn


def _content(drawn: Any, figure: Figure, name: str, dpi: int) -> bytes:
    """One format. The canvases are used directly: `savefig` draws everything twice once a layout was made."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    if name == TIFF:
        return _flat_tiff(drawn, dpi)
    drawn.set_dpi(PNG_DPI if name == PNG else FIGURE_DPI)
    buffer = BytesIO()
    blank: dict[str, Any] = {"Creator": None, "Title": figure.name}
    canvas: Any
    if name == PNG:
        canvas = FigureCanvasAgg(drawn)
        canvas.print_png(buffer, metadata={"Software": None})
    elif name == PDF:
        canvas = FigureCanvasPdf(drawn)
        canvas.print_pdf(buffer, metadata={"CreationDate": None, "Producer": None, **blank})
    else:
        canvas = FigureCanvasSVG(drawn)
        with mpl.rc_context({"svg.fonttype": "none" if name == SVG else "path"}):
            canvas.print_svg(buffer, metadata={"Date": None, **blank})
        if name == OUTLINED_SVG:
            return for_screen(buffer.getvalue().decode()).encode()
    return buffer.getvalue()


def _flat_tiff(drawn: Any, dpi: int) -> bytes:
    """The picture without transparency, LZW compressed, with its resolution as a tag."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    drawn.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(drawn)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba()))
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    buffer = BytesIO()
    flat.save(buffer, format="TIFF", compression="tiff_lzw", dpi=(dpi, dpi))
    return buffer.getvalue()
