"""The figures as files for a journal: art at true size, the data behind it, the legends apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from poems_report.errors import DocumentError
from poems_report.figures import Figure
from poems_report.figures.files import PDF, SVG, TIFF, contents
from poems_report.labels import labels
from poems_report.provenance import write_atomically
from poems_report.theme import FIGURE_DPI

SUFFIXES = {PDF: "pdf", SVG: "svg", TIFF: "tiff"}
"""Formats of the art, with the suffix of their files."""


def export_figures(
    figures: Sequence[Figure],
    output: Path,
    *,
    formats: Sequence[str] = tuple(SUFFIXES),
    dpi: int = FIGURE_DPI,
    done: Callable[[Figure], None] | None = None,
) -> tuple[Path, ...]:
    """Write every figure in the formats, the data behind each, and all legends.

    The art has the figure's size in millimetres. PDF embeds its fonts as TrueType, SVG keeps its letters live,
    TIFF is RGB without transparency, LZW compressed and carries `dpi` as its tag. The same figures give the same
    bytes.

    Args:
        figures: in the order of the manuscript.
        output: folder of the files; made where it is missing.
        formats: some of `pdf`, `svg`, `tiff`.
        dpi: dots per inch of the TIFF.
        done: called after each figure, for a progress bar.

    Returns:
        the files written: `<name>.<format>` and `<name>.csv` for each figure, then `legends.txt` and `legends.md`.

    Raises:
        DocumentError: an unknown format, or two figures with one name.
    """
    unknown = [name for name in formats if name not in SUFFIXES]
    if unknown:
        raise DocumentError(f"unknown format of a figure: {', '.join(unknown)}; known: {', '.join(SUFFIXES)}")
    names = [figure.name for figure in figures]
    if len(set(names)) < len(names):
        raise DocumentError(f"two figures with one name among {', '.join(names)}")
    written = []
    for figure in figures:
        files = {
            f"{figure.name}.{SUFFIXES[form]}": made for form, made in contents(figure, formats, dpi).items()
        }
        files[f"{figure.name}.csv"] = _csv(figure)
        written += _write(output, files)
        if done is not None:
            done(figure)
    return (*written, *_write(output, {"legends.txt": _text(figures), "legends.md": _markdown(figures)}))


def _write(folder: Path, files: dict[str, bytes]) -> list[Path]:
    for name, content in files.items():
        write_atomically(folder / name, content)
    return [folder / name for name in files]


def _csv(figure: Figure) -> bytes:
    """The data with full precision, empty where there is none, lines ended as RFC 4180 has them."""
    return figure.data.to_csv(index=False, lineterminator="\r\n").encode()


def _text(figures: Sequence[Figure]) -> bytes:
    words = labels()
    legends = [
        f"{words.text('figure.number', number=number)}. {figure.caption}"
        for number, figure in enumerate(figures, start=1)
    ]
    return ("\n\n".join(legends) + "\n").encode()


def _markdown(figures: Sequence[Figure]) -> bytes:
    words = labels()
    parts = [f"# {words['figure.legends']}\n"]
    for number, figure in enumerate(figures, start=1):
        label = words.text("figure.number", number=number)
        described = words.text("figure.described", text=figure.alt)
        parts.append(f"**{label}.** {_plain(figure.caption)} (`{figure.name}`)\n\n{_plain(described)}\n")
    return "\n".join(parts).encode()


def _plain(text: str) -> str:
    """Text whose signs Markdown would read as marks."""
    for sign in "\\`*_<>":
        text = text.replace(sign, f"\\{sign}")
    return text
