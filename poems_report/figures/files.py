"""A figure as the content of files: the same bytes from the same inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

from poems_report.collection import without_collection
from poems_report.errors import DocumentError
from poems_report.figures.figure import Figure
from poems_report.figures.screen import for_screen, without_wrappers
from poems_report.figures.theme import drawing
from poems_report.provenance import clock, write_atomically
from poems_report.theme import FIGURE_DPI

PDF, SVG, OUTLINED_SVG, PNG, TIFF = "pdf", "svg", "outlined-svg", "png", "tiff"
EPS, OUTLINED_EPS, JPEG = "eps", "outlined-eps", "jpeg"
FORMATS = (PDF, EPS, OUTLINED_EPS, SVG, OUTLINED_SVG, PNG, TIFF, JPEG)
PNG_DPI = 300
JPEG_QUALITY = 95


def contents(figure: Figure, formats: Sequence[str], dpi: int = FIGURE_DPI) -> dict[str, bytes]:
    """Draw a figure once and give it in several formats.

    Args:
        figure: what to draw.
        formats: `pdf`, `eps` (fonts embedded as TrueType), `outlined-eps` (letters as shapes), `svg` (letters
            live), `outlined-svg` (letters as shapes, for the screen), `png` (300 dpi), `tiff` (RGB without
            transparency, LZW, `dpi` as its tag), `jpeg` (the same in JPEG).
        dpi: dots per inch of TIFF and JPEG.

    Raises:
        DocumentError: an unknown format.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise DocumentError(f"unknown format of a figure: {', '.join(unknown)}; known: {', '.join(FORMATS)}")
    with drawn(figure) as art:
        return {
            name: encoded(pixels(art, dpi), name, dpi)
            if name in (TIFF, JPEG)
            else _content(art, figure.name, name)
            for name in formats
        }


@contextmanager
def drawn(figure: Figure) -> Iterator[Any]:
    """The figure as matplotlib's, drawn once, to be written in several formats inside of it."""
    with drawing(), without_collection():
        yield laid_out(figure)


def vector(art: Any, title: str, name: str) -> bytes:
    """A drawn figure as a vector format: `pdf`, `eps`, `outlined-eps` or `svg`."""
    return _content(art, title, name)


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


def laid_out(figure: Figure) -> Any:
    """The figure drawn, its layout fixed once, so that every format has the same."""
    drawn = deepcopy(figure.plot).draw()
    drawn.set_dpi(FIGURE_DPI)
    drawn.draw_without_rendering()
    drawn.set_layout_engine("none")
    drawn.set_facecolor("white")
    return drawn


def _content(art: Any, title: str, name: str) -> bytes:
    """One format. The canvases are used directly: `savefig` draws everything twice once a layout was made."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    art.set_dpi(PNG_DPI if name == PNG else FIGURE_DPI)
    buffer = BytesIO()
    blank: dict[str, Any] = {"Creator": None, "Title": title}
    canvas: Any
    if name in (EPS, OUTLINED_EPS):
        return _eps(art, outlined=name == OUTLINED_EPS)
    if name == PNG:
        canvas = FigureCanvasAgg(art)
        canvas.print_png(buffer, metadata={"Software": None})
    elif name == PDF:
        canvas = FigureCanvasPdf(art)
        canvas.print_pdf(buffer, metadata={"CreationDate": None, "Producer": None, **blank})
    else:
        canvas = FigureCanvasSVG(art)
        with mpl.rc_context({"svg.fonttype": "none" if name == SVG else "path"}):
            canvas.print_svg(buffer, metadata={"Date": None, **blank})
        if name == OUTLINED_SVG:
            return for_screen(buffer.getvalue().decode()).encode()
    return buffer.getvalue()


def _eps(art: Any, outlined: bool) -> bytes:
    """Encapsulated PostScript; its date is the program's clock."""
    from matplotlib.backends.backend_ps import FigureCanvasPS
    from matplotlib.patheffects import Normal
    from matplotlib.text import Text

    texts = art.findobj(Text) if outlined else []
    for text in texts:
        text.set_path_effects([Normal()])
    buffer = BytesIO()
    try:
        canvas: Any = FigureCanvasPS(art)
        canvas.print_eps(buffer, metadata={"Creator": "poems-report"})
    finally:
        for text in texts:
            text.set_path_effects([])
    dated = f"%%CreationDate: {clock():%Y-%m-%d}".encode()
    return re.sub(rb"(?m)^%%CreationDate:.*$", dated, buffer.getvalue(), count=1)


def pixels(art: Any, dpi: int) -> Any:
    """A drawn figure as a flat picture in RGB, without transparency: a `PIL.Image.Image`."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    art.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(art)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])


def encoded(flat: Any, name: str, dpi: int, icc: bytes | None = None) -> bytes:
    """A flat picture as a file with its resolution as a tag.

    Args:
        flat: a `PIL.Image.Image`.
        name: `tiff` (LZW compressed), `jpeg` (quality 95, colours at full resolution) or `png`.
        dpi: dots per inch.
        icc: the profile of its colours, to be embedded; None for none.
    """
    ways: dict[str, dict[str, Any]] = {
        TIFF: {"compression": "tiff_lzw"},
        JPEG: {"quality": JPEG_QUALITY, "subsampling": 0},
        PNG: {},
    }
    buffer = BytesIO()
    flat.save(buffer, format=name.upper(), dpi=(dpi, dpi), icc_profile=icc, **ways[name])
    return buffer.getvalue()
