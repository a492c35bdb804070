"""What a finished TIFF, JPEG or PNG is, read with Pillow."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from poems_report.errors import FigureFileError
from poems_report.submission.reading.embedded import Embedded, as_seen, embedded_profile
from poems_report.submission.reading.facts import IN_RASTER, MM_PER_INCH, Colour, Facts

if TYPE_CHECKING:
    from PIL.Image import Image

MAIN_SHARE = 0.001
"""A colour of a raster counts from this share of the pixels; what is rarer is the blur of edges."""
BLEND = 10.0
"""A colour this close (of 255) to the line between two more frequent ones is taken as their blend."""
SAMPLED = 1_000_000
"""Pixels at which the colours are counted, evenly spread."""
PHOTOGRAPH = 24
"""More main colours than this are those of a photograph or a ramp: no palette to be compared."""
MOST_FRAMES = 100
"""Frames of a TIFF that are counted; a figure has one."""
_PHOTOSHOP_LAYERS = 37724  # tag ImageSourceData, Adobe Photoshop TIFF Technical Notes (2002)
_BITS = 258
_BROKEN = (
    OSError, SyntaxError, ValueError, KeyError, TypeError, IndexError, EOFError, OverflowError, struct.error,
    AttributeError, MemoryError,
)  # fmt: skip


def read_raster(path: Path, form: str) -> Facts:
    """Measure a raster.

    Args:
        path: the file.
        form: `tiff`, `jpeg` or `png`, as its first bytes say.

    Raises:
        FigureFileError: truncated or damaged, or more pixels than Pillow takes for safe.
    """
    from PIL import Image

    with _whole_pictures_only(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path, formats=[form.upper()]) as picture:
                return _facts(path, form, picture)
        except Image.DecompressionBombError as error:
            raise FigureFileError(path.name, "more pixels than are safe to open", str(error)) from None
        except _BROKEN as error:
            raise FigureFileError(path.name, f"a damaged or truncated {form.upper()}", str(error)) from None


@contextmanager
def _whole_pictures_only() -> Iterator[None]:
    """Pillow refuses a truncated picture meanwhile, though WeasyPrint told it for the whole process not to."""
    from PIL import ImageFile

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _facts(path: Path, form: str, picture: Image) -> Facts:
    frames = _frames(picture, form)
    layered = form == "tiff" and _PHOTOSHOP_LAYERS in _tags(picture)
    compression = _compression(picture, form)
    bits = _bits(picture, form, path)
    picture.load()
    dpi = _dpi(picture)
    across, down = picture.size
    icc = embedded_profile(picture)
    colours = main_colours(picture, icc)
    unseen = dict.fromkeys(("fonts", "texts", "lines_pt"), IN_RASTER)
    if dpi is None:
        unseen |= dict.fromkeys(("width_mm", "height_mm"), "cannot be seen without a dpi tag")
    if len(colours) > PHOTOGRAPH:
        unseen["colours"] = "cannot be seen among the colours of a photograph or a ramp"
        colours = ()
    return Facts(
        name=path.name,
        form=form,
        size_bytes=path.stat().st_size,
        width_mm=across / dpi[0] * MM_PER_INCH if dpi else None,
        height_mm=down / dpi[1] * MM_PER_INCH if dpi else None,
        pixels=picture.size,
        dpi=dpi,
        modes=(_mode(picture.mode),),
        icc=icc.space if icc else "",
        bits=bits,
        alpha=picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info,
        layered=layered,
        pages=frames,
        compression=compression,
        colours=colours,
        unseen=MappingProxyType(unseen),
    )


def _frames(picture: Image, form: str) -> int:
    """Frames of a picture; a TIFF is followed no further than `MOST_FRAMES`, for it states no number."""
    if form != "tiff":
        return int(getattr(picture, "n_frames", 1))
    count = 1
    try:
        while count < MOST_FRAMES:
            picture.seek(count)
            count += 1
    except EOFError:
        pass
    picture.seek(0)
    return count


def _tags(picture: Image) -> Any:
    return getattr(picture, "tag_v2", {})


def _mode(mode: str) -> str:
    """The colour space of a Pillow mode, its alpha and depth apart."""
    known = {"RGBA": "RGB", "RGBa": "RGB", "LA": "L", "La": "L", "PA": "P", "F": "L", "LAB": "Lab"}
    return "L" if mode.startswith("I") else known.get(mode, mode)


def _compression(picture: Image, form: str) -> str:
    if form != "tiff":
        return {"jpeg": "jpeg", "png": "deflate"}[form]
    stated = str(picture.info.get("compression", "raw"))
    named = {"raw": "none", "tiff_lzw": "lzw", "tiff_adobe_deflate": "deflate", "tiff_deflate": "deflate"}
    return named.get(stated, stated.removeprefix("tiff_"))


def _bits(picture: Image, form: str, path: Path) -> int:
    if form == "tiff":
        stated = _tags(picture).get(_BITS, (1,))
        return int(max(stated)) if isinstance(stated, tuple) else int(stated)
    if form == "png":
        with path.open("rb") as handle:
            return handle.read(25)[24]  # depth in the header chunk, ISO/IEC 15948, 11.2.2
    return 8


def _dpi(picture: Image) -> tuple[float, float] | None:
    """The tag as the file has it, never a default of Pillow's."""
    if hasattr(picture, "tag_v2"):
        tags = picture.tag_v2
        if 282 not in tags or 283 not in tags or tags.get(296, 2) == 1:
            return None
    if picture.format == "JPEG" and picture.info.get("jfif_unit") == 0:
        return None
    stated = picture.info.get("dpi")
    if stated is None:
        return None
    across, down = float(stated[0]), float(stated[1])
    return (across, down) if across > 0 and down > 0 else None


def main_colours(picture: Image, icc: Embedded | None = None) -> tuple[Colour, ...]:
    """The colours that fill at least `MAIN_SHARE` of a picture, over white, the most frequent first.

    Colours are counted at about `SAMPLED` pixels; nearly equal ones (4 of 255 in each channel) count as one, and
    what lies between two more frequent ones as the blur of an edge.
    """
    from PIL import Image

    step = max(1, round((picture.width * picture.height / SAMPLED) ** 0.5))
    small = picture
    if step > 1:
        size = (max(1, picture.width // step), max(1, picture.height // step))
        small = picture.resize(size, Image.Resampling.NEAREST)
    if small.mode.startswith("I"):
        small = small.point(lambda value: value / 256).convert("L")
    if "transparency" in small.info or small.mode in ("LA", "PA", "RGBA", "RGBa", "La"):
        clear = small.convert("RGBA")
        small = Image.new("RGB", clear.size, "white")
        small.paste(clear, mask=clear.getchannel("A"))
    small = as_seen(small, icc)
    counted: dict[Colour, tuple[int, Colour]] = {}
    for count, colour in small.convert("RGB").getcolors(maxcolors=1 << 24) or ():
        red, green, blue = colour  # type: ignore[misc]
        near = (red >> 2, green >> 2, blue >> 2)
        before = counted.get(near, (0, (red, green, blue)))
        counted[near] = (before[0] + count, before[1] if before[0] > count else (red, green, blue))
    least = MAIN_SHARE * small.width * small.height
    kept: list[Colour] = []
    for _, colour in sorted((one for one in counted.values() if one[0] >= least), reverse=True):
        if not any(_between(colour, a, b) for i, a in enumerate(kept) for b in kept[:i]):
            kept.append(colour)
    return tuple(kept)


def _between(colour: Colour, a: Colour, b: Colour) -> bool:
    """Whether a colour lies within `BLEND` of the line from `a` to `b`."""
    along = [y - x for x, y in zip(a, b, strict=True)]
    length = sum(part * part for part in along)
    if not length:
        return False
    share = sum((c - x) * part for c, x, part in zip(colour, a, along, strict=True)) / length
    share = min(1.0, max(0.0, share))
    off = [c - x - share * part for c, x, part in zip(colour, a, along, strict=True)]
    return sum(part * part for part in off) < BLEND**2
