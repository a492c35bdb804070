"""Drawings of the report, drawn again only where the data, the program or a library changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report.manuscript.kept import key_of, program_key, read_kept, write_kept
from poems_report.provenance import sha256_file

if TYPE_CHECKING:
    from poems_report.figures import Figure

FOLDER = Path("_figures")


@dataclass(frozen=True)
class Drawing:
    """A drawing as the Markdown of a chapter needs it.

    Attributes:
        path: where it lies, without the extension that each format adds.
        caption: what the figure shows.
        alt: what it says, in words.
        width_mm: its width as printed.
    """

    path: Path
    caption: str
    alt: str
    width_mm: float


def drawing(name: str, data: Mapping[str, str], figure: Callable[[], Figure]) -> Drawing:
    """A drawing below `_figures/` in the forms that the formats take.

    Args:
        name: the figure's name.
        data: hashes of the study's files, as `Study.hashes` has them.
        figure: makes the figure where the drawing is not there yet, or was made from something else.
    """
    stem = FOLDER / name
    record = FOLDER / f"{name}.json"
    key = key_of(program_key(), dict(data))
    found = read_kept(record, key)
    if found is not None and all(_intact(FOLDER / file, digest) for file, digest in found["files"].items()):
        return Drawing(stem, found["caption"], found["alt"], found["width_mm"])
    from poems_report.figures.files import write_drawings

    one = figure()
    files = {path.name: sha256_file(path) for path in write_drawings(one, stem)}
    told = {"caption": one.caption, "alt": one.alt, "width_mm": one.width_mm}
    write_kept(record, key, {**told, "files": files})
    return Drawing(stem, one.caption, one.alt, one.width_mm)


def _intact(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_file(path) == digest
