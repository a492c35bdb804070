"""Opening a finished figure file and measuring it, whoever made it."""

from __future__ import annotations

from pathlib import Path

from poems_report.errors import FigureFileError
from poems_report.submission.reading.facts import Facts

LARGEST = 300_000_000
"""Bytes of a file that is opened: an uncompressed page of 190 by 240 mm at 1200 dpi in RGB has that many."""
LARGEST_TEXT = {"svg": 20_000_000, "eps": 60_000_000}
"""Bytes of what is read whole."""
SUFFIXES = {
    "tiff": (".tif", ".tiff"), "jpeg": (".jpg", ".jpeg"), "png": (".png",), "pdf": (".pdf",), "eps": (".eps",),
    "svg": (".svg",),
}  # fmt: skip
_HEADS = (
    (b"II*\0", "tiff"), (b"MM\0*", "tiff"), (b"II+\0", "tiff"), (b"MM\0+", "tiff"), (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"), (b"%PDF-", "pdf"), (b"%!PS", "eps"), (b"\xc5\xd0\xd3\xc6", "eps"),
)  # fmt: skip


def read_figure(path: Path) -> Facts:
    """Measure a finished figure file.

    Args:
        path: a TIFF, JPEG, PNG, PDF, EPS or SVG.

    Raises:
        FigureFileError: missing, no file, empty, too large, of another kind than its name says, damaged, locked, or
            unsafe to open; found out from its size and first bytes before it is read.
    """
    form = _form(path)
    if form == "svg":
        from poems_report.submission.reading.svg import read_svg

        return read_svg(path)
    if form == "eps":
        from poems_report.submission.reading.eps import read_eps

        return read_eps(path)
    if form == "pdf":
        from poems_report.submission.reading.pdf import read_pdf

        return read_pdf(path)
    from poems_report.submission.reading.raster import read_raster
    from poems_report.submission.reading.record import with_record

    return with_record(read_raster(path, form), path)


def _form(path: Path) -> str:
    if path.is_dir():
        raise FigureFileError(str(path), "a folder; name the files in it")
    if not path.exists():
        raise FigureFileError(str(path), "there is no such file")
    if not path.is_file():
        raise FigureFileError(str(path), "no regular file")
    size = path.stat().st_size
    if size == 0:
        raise FigureFileError(path.name, "an empty file")
    if size > LARGEST:
        raise FigureFileError(path.name, f"{size} bytes; at most {LARGEST} are opened")
    with path.open("rb") as handle:
        head = handle.read(4096)
    form = next((name for start, name in _HEADS if head.startswith(start)), None)
    if form is None:
        plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        is_markup = plain.startswith(b"<") or head[:2] in (b"\xff\xfe", b"\xfe\xff")
        form = "svg" if is_markup and path.suffix.lower() == ".svg" else None
    known = ", ".join(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
    if form is None:
        raise FigureFileError(path.name, f"no TIFF, JPEG, PNG, PDF, EPS or SVG inside; opened are {known}")
    if path.suffix.lower() not in SUFFIXES[form]:
        right = " or ".join(SUFFIXES[form])
        raise FigureFileError(
            path.name, f"the name ends in {path.suffix!r}, but it holds {form.upper()}: {right}"
        )
    if size > LARGEST_TEXT.get(form, LARGEST):
        raise FigureFileError(
            path.name, f"{size} bytes; at most {LARGEST_TEXT[form]} of {form.upper()} are opened"
        )
    return form
