"""A small picture of a checked file for the page of findings, as a data address."""

from __future__ import annotations

import base64
import shutil
import subprocess
import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

WIDEST = 360
LARGEST_SVG = 500_000
SECONDS = 30
_DRAWERS = {
    "pdf": ("pdftoppm", ("-png", "-singlefile", "-f", "1", "-scale-to", str(WIDEST))),
    "eps": (
        "gs",
        ("-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=png16m", "-r60", "-sOutputFile=-"),
    ),
}


def thumbnail(path: Path, form: str) -> str:
    """The address of a picture; empty where no program at hand draws the format.

    An SVG is shown as it is (a browser runs nothing inside `img`), a raster made small with Pillow, a PDF drawn by
    poppler's `pdftoppm` and an EPS by Ghostscript where they are found.
    """
    if form == "svg":
        return _address("svg+xml", path.read_bytes()) if path.stat().st_size <= LARGEST_SVG else ""
    if form in ("tiff", "jpeg", "png"):
        return _address("png", _small(path))
    name, words = _DRAWERS[form]
    drawer = shutil.which(name)
    return _drawn([drawer, *words, str(path.resolve())]) if drawer else ""


def _small(path: Path) -> bytes:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path) as picture:
            small = picture if picture.mode in ("RGB", "RGBA", "L") else picture.convert("RGB")
            small.thumbnail((WIDEST, WIDEST))
            buffer = BytesIO()
            small.save(buffer, format="PNG")
    return buffer.getvalue()


def _drawn(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return _address("png", done.stdout) if done.returncode == 0 and done.stdout else ""


def _address(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
