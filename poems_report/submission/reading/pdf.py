"""What a finished PDF is, read with pikepdf within bounds of memory."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from poems_report.errors import FigureFileError
from poems_report.submission.reading.content import Follower
from poems_report.submission.reading.drawn import Drawn
from poems_report.submission.reading.facts import Facts, millimetres

UNPACKED = 64 * 1024 * 1024
"""Bytes that one stream may unpack to: 100 times what the largest figure needs."""
MOST_FOLLOWED = 20
"""Pages whose commands are followed; a figure has one."""


@contextmanager
def _bounded() -> Iterator[None]:
    """Limits of qpdf against streams that unpack without end, and its log silent, while a file is read."""
    from pikepdf import settings

    log = logging.getLogger("pikepdf._core")
    silent, log.disabled = log.disabled, True

    before = settings.set_qpdf_limits(
        flate_max_memory=UNPACKED,
        run_length_max_memory=UNPACKED,
        png_max_memory=UNPACKED,
        tiff_max_memory=UNPACKED,
        dct_max_memory=UNPACKED,
        max_stream_filters=3,
        doc_max_warnings=50,
    )
    try:
        yield
    finally:
        log.disabled = silent
        settings.set_qpdf_limits(**before)  # type: ignore[arg-type]


def read_pdf(path: Path, form: str = "pdf") -> Facts:
    """Measure a PDF; the size is that of the first page.

    Args:
        path: the file.
        form: what the file was before, `eps` where Ghostscript made a PDF of it.

    Raises:
        FigureFileError: a password, damage, no page, or more than a figure can hold.
    """
    import pikepdf

    try:
        with _bounded(), pikepdf.open(path, suppress_warnings=True) as document:
            facts = _facts(path, form, document)
            warned = [str(one) for one in document.get_warnings()]
    except pikepdf.PasswordError:
        raise FigureFileError(path.name, "a PDF with a password: no desk can open it") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RecursionError,
            AttributeError, IndexError, NotImplementedError, MemoryError) as error:  # fmt: skip
        detail = str(error).removeprefix(f"{path}: ")
        wrong = "a damaged or truncated PDF, or one that unpacks beyond bounds"
        raise FigureFileError(path.name, wrong, detail) from None
    if warned:
        raise FigureFileError(path.name, "a damaged or truncated PDF", warned[0].removeprefix(f"{path}: "))
    return facts


def _facts(path: Path, form: str, document: Any) -> Facts:
    if document.is_encrypted:
        raise FigureFileError(path.name, "an encrypted PDF: permissions keep a desk from using it")
    if not document.pages:
        raise FigureFileError(path.name, "a PDF without a page")
    first = document.pages[0]
    unit = float(first.obj.get("/UserUnit", 1.0))
    box = [float(edge) for edge in first.cropbox]
    page = (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
    across, down = (page[2] - page[0]) * unit, (page[3] - page[1]) * unit
    if int(first.obj.get("/Rotate", 0)) % 180:
        across, down = down, across
    drawn = Drawn((page[0] * unit, page[1] * unit, page[2] * unit, page[3] * unit))
    follower = Follower(drawn, path.name)
    for one in document.pages[:MOST_FOLLOWED]:
        _refuse_bombs(path.name, one)
        follower.follow(one, one.resources, (unit, 0, 0, unit, 0, 0))
    return facts_of(
        drawn,
        name=path.name,
        form=form,
        size_bytes=path.stat().st_size,
        width_mm=millimetres(across),
        height_mm=millimetres(down),
        layered=bool(document.Root.get("/OCProperties", {}).get("/OCGs", [])),
        pages=len(document.pages),
    )


def _refuse_bombs(name: str, page: Any) -> None:
    """LZW is the one filter that qpdf does not bound; it enlarges at most some 1400 times."""
    import pikepdf

    contents = page.obj.get("/Contents", [])
    for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
        packed = "/LZWDecode" in repr(stream.get("/Filter", ""))
        if packed and len(stream.read_raw_bytes()) * 1400 > UNPACKED * 4:
            raise FigureFileError(name, "a stream that may unpack beyond bounds")


def facts_of(drawn: Drawn, **stated: Any) -> Facts:
    """The facts of a vector file from what was drawn and what the file states of itself."""
    return Facts(
        image_dpi=min(drawn.image_dpi, default=None),
        modes=tuple(sorted(drawn.modes)),
        alpha=drawn.alpha,
        fonts=tuple(sorted(drawn.fonts, key=lambda one: (one.name, one.kind))),
        texts=tuple(drawn.texts),
        lines_pt=tuple(sorted(drawn.lines)),
        colours=tuple(drawn.colours),
        unseen=MappingProxyType(stated.pop("unseen", {})),
        **stated,
    )
