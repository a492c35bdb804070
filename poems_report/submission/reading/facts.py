"""What was measured in one finished figure file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MM_PER_INCH = 25.4
PT_PER_INCH = 72.0
IN_RASTER = "cannot be seen in a raster"
NO_GHOSTSCRIPT = "cannot be seen without Ghostscript"

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""


@dataclass(frozen=True)
class Font:
    """A font that a file uses.

    Attributes:
        name: without the prefix of a subset.
        embedded: it is in the file; None where the format leaves fonts to the reader (SVG).
        kind: `TrueType`, `Type 1`, `Type 3`, `CFF` or `live`.
    """

    name: str
    embedded: bool | None
    kind: str


@dataclass(frozen=True)
class Text:
    """A piece of text as it is drawn.

    Attributes:
        content: its letters where they can be decoded, shortened.
        size_pt: at the size of the file.
        colour: of the letters; None where it is no plain colour.
        ground: of the last area painted below it, white where there is none.
        outside: it begins or ends outside of the page.
    """

    content: str
    size_pt: float
    colour: Colour | None = None
    ground: Colour | None = (255, 255, 255)
    outside: bool = False


@dataclass(frozen=True)
class Facts:
    """One finished file. What could not be measured is None or empty, with its reason in `unseen`.

    Attributes:
        name: of the file.
        form: `tiff`, `jpeg`, `png`, `pdf`, `eps` or `svg`.
        size_bytes: of the file.
        width_mm: by the dpi tag of a raster, by the page of a vector.
        height_mm: likewise.
        pixels: width and height of a raster.
        dpi: tag of a raster, across and down; None where there is none.
        image_dpi: the lowest resolution of the pictures inside a vector file; None where it holds none.
        modes: colour spaces used: `RGB`, `L` (grey), `CMYK`, `1`, `P`, `Lab`.
        icc: colour space of the embedded colour profile, `CMYK` and such; empty where there is none.
        bits: per channel; None in a vector.
        alpha: something is transparent.
        layered: the file holds layers.
        pages: pages or frames.
        compression: `lzw`, `deflate`, `jpeg`, `none` or another name; None in a vector.
        fonts: used by the text.
        texts: every piece drawn.
        lines_pt: widths of the lines drawn, at the size of the file, in ascending order.
        colours: the main colours, over white.
        unseen: by name of the attribute, why it could not be measured.
    """

    name: str
    form: str
    size_bytes: int
    width_mm: float | None = None
    height_mm: float | None = None
    pixels: tuple[int, int] | None = None
    dpi: tuple[float, float] | None = None
    image_dpi: float | None = None
    modes: tuple[str, ...] = ()
    icc: str = ""
    bits: int | None = None
    alpha: bool = False
    layered: bool = False
    pages: int = 1
    compression: str | None = None
    fonts: tuple[Font, ...] = ()
    texts: tuple[Text, ...] = ()
    lines_pt: tuple[float, ...] = ()
    colours: tuple[Colour, ...] = ()
    unseen: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def raster(self) -> bool:
        """The file is made of pixels."""
        return self.pixels is not None


def points(length_mm: float) -> float:
    """Millimetres as points."""
    return length_mm / MM_PER_INCH * PT_PER_INCH


def millimetres(length_pt: float) -> float:
    """Points as millimetres."""
    return length_pt / PT_PER_INCH * MM_PER_INCH
