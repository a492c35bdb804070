"""What a finished EPS is: its header and fonts as text, the rest through Ghostscript where it is found.

Adobe Technical Note 5001 (comments) and 5002 (EPS).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from poems_report.errors import FigureFileError
from poems_report.submission.reading.facts import NO_GHOSTSCRIPT, Facts, Font, millimetres
from poems_report.submission.reading.pdf import read_pdf

SECONDS = 60
MOST_FONTS = 500
"""Fonts of an EPS that are listed."""
_BINARY = b"\xc5\xd0\xd3\xc6"
_BOX = re.compile(
    rb"^%%(HiRes)?BoundingBox:\s*(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)", re.MULTILINE
)
_KIND = re.compile(rb"/FontType\s+(\d+)\s+def")
_NAME = re.compile(rb"/FontName\s*/([^\s/\[\](){}<>%]+)")
_USED = re.compile(rb"/([^\s/\[\](){}<>%]+)\s+(?:findfont|[\d.]+\s+selectfont)")
_KINDS = {b"1": "Type 1", b"2": "CFF", b"3": "Type 3", b"42": "TrueType"}
_BY_GHOSTSCRIPT = ("texts", "lines_pt", "colours", "modes", "image_dpi")


def read_eps(path: Path) -> Facts:
    """Measure an EPS.

    Raises:
        FigureFileError: no bounding box, or what Ghostscript cannot draw within a minute.
    """
    content = _postscript(path)
    boxes = _BOX.findall(content)
    if not boxes:
        raise FigureFileError(path.name, "an EPS without a bounding box, truncated or damaged")
    left, low, right, high = (float(edge) for edge in max(boxes)[1:])
    if right <= left or high <= low:
        raise FigureFileError(path.name, "an EPS with an empty bounding box")
    stated = re.search(rb"^%%Pages:\s*(\d+)", content, re.MULTILINE)
    facts = Facts(
        name=path.name,
        form="eps",
        size_bytes=path.stat().st_size,
        width_mm=millimetres(right - left),
        height_mm=millimetres(high - low),
        pages=max(1, int(stated[1])) if stated else 1,
        fonts=fonts_in(content),
        unseen=MappingProxyType(dict.fromkeys(_BY_GHOSTSCRIPT, NO_GHOSTSCRIPT)),
    )
    found = shutil.which("gs")
    return _drawn(facts, path, found) if found else facts


def _postscript(path: Path) -> bytes:
    """The PostScript of a file, without the preview of a DOS EPS."""
    content = path.read_bytes()
    if content.startswith(_BINARY):
        start, size = (int.from_bytes(content[at : at + 4], "little") for at in (4, 8))
        return content[start : start + size]
    return content


def fonts_in(content: bytes) -> tuple[Font, ...]:
    """Fonts that are defined in the PostScript, and those that are called and not defined."""
    found_names = islice(_NAME.finditer(content), MOST_FONTS)
    names = [(found.start(), found[1].decode("latin-1")) for found in found_names]
    fonts: dict[str, Font] = {}
    for kind in islice(_KIND.finditer(content), MOST_FONTS):
        near = min(names, key=lambda one: abs(one[0] - kind.start()), default=None)
        if near is not None:
            name = re.sub(r"^[A-Z]{6}\+", "", near[1])
            fonts[near[1]] = Font(name, True, _KINDS.get(kind[1], "not known"))
    for call in _USED.finditer(content):
        name = call[1].decode("latin-1")
        fonts.setdefault(name, Font(name, False, "not known"))
    return tuple(sorted(fonts.values(), key=lambda one: one.name))


def _drawn(facts: Facts, path: Path, ghostscript: str) -> Facts:
    """The facts with what Ghostscript draws."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / path.with_suffix(".pdf").name
        command = [
            ghostscript, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-dCompatibilityLevel=1.4",
            "-sDEVICE=pdfwrite", f"-sOutputFile={made}", str(path.resolve()),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise FigureFileError(path.name, f"an EPS that Ghostscript did not draw in {SECONDS} s") from None
        if done.returncode or not made.is_file():
            raise FigureFileError(path.name, "an EPS that Ghostscript cannot draw: truncated or damaged")
        seen = read_pdf(made)
    return replace(
        facts,
        texts=seen.texts,
        lines_pt=seen.lines_pt,
        colours=seen.colours,
        modes=seen.modes,
        image_dpi=seen.image_dpi,
        pages=max(facts.pages, seen.pages),
        unseen=MappingProxyType({}),
    )
