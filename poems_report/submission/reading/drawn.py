"""What is collected while the commands of a vector file are followed, PDF and SVG alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from poems_report.submission.reading.facts import Colour, Font, Text
from poems_report.submission.reading.matrix import Matrix, apply

WHITE: Colour = (255, 255, 255)
Box = tuple[float, float, float, float]
SHOWN = 40
"""Letters of a text that a message quotes."""
AREAS = 20_000
"""Painted areas that are kept as possible grounds of text."""
LOOKED = 20_000_000
"""Areas that are looked at for the ground of all texts; beyond, the ground is not told."""
SLACK = 0.5
"""Points by which text may pass the edge of the page: rounding of the writer."""


@dataclass
class Drawn:
    """Sizes are in points of the finished page, places in its coordinates.

    Attributes:
        page: left, lower, right and upper edge of the page.
    """

    page: Box
    texts: list[Text] = field(default_factory=list)
    lines: set[float] = field(default_factory=set)
    colours: dict[Colour, None] = field(default_factory=dict)
    fonts: dict[Font, None] = field(default_factory=dict)
    modes: set[str] = field(default_factory=set)
    image_dpi: list[float] = field(default_factory=list)
    areas: list[tuple[Box, Colour | None]] = field(default_factory=list)
    alpha: bool = False
    _looked: int = 0

    def paint(self, colour: Colour | None) -> None:
        """Note a colour that was put on the page."""
        if colour is not None:
            self.colours.setdefault(colour)

    def area(self, box: Box, colour: Colour | None) -> None:
        """Note a painted area; what covers it later hides it."""
        if len(self.areas) < AREAS:
            self.areas.append((box, colour))
        self.paint(colour)

    def line(self, width: float, colour: Colour | None) -> None:
        """Note a line."""
        self.lines.add(round(width, 4))
        self.paint(colour)

    def text(self, content: str, size: float, colour: Colour | None, box: Box) -> None:
        """Note a piece of text with the box of its letters."""
        left, low, right, high = self.page
        outside = (
            box[0] < left - SLACK or box[1] < low - SLACK or box[2] > right + SLACK or box[3] > high + SLACK
        )
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        self.texts.append(Text(content[:SHOWN], round(size, 4), colour, self._ground(*middle), outside))
        self.paint(colour)

    def _ground(self, x: float, y: float) -> Colour | None:
        self._looked += len(self.areas)
        if self._looked > LOOKED:
            return None
        for (left, low, right, high), colour in reversed(self.areas):
            if left <= x <= right and low <= y <= high:
                return colour
        return WHITE


def box_of(matrix: Matrix, left: float, low: float, right: float, high: float) -> Box:
    """The upright box round a rectangle after a transform."""
    corners = [apply(matrix, x, y) for x in (left, right) for y in (low, high)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def over(colour: Colour, opacity: float) -> Colour:
    """A colour of this opacity over white."""
    red, green, blue = (round(255 - (255 - part) * opacity) for part in colour)
    return red, green, blue


def from_grey(value: float) -> Colour:
    """DeviceGray, 0 to 1, as RGB."""
    part = round(255 * min(1.0, max(0.0, value)))
    return part, part, part


def from_rgb(red: float, green: float, blue: float) -> Colour:
    """DeviceRGB, 0 to 1 each, as bytes."""
    first, second, third = (round(255 * min(1.0, max(0.0, value))) for value in (red, green, blue))
    return first, second, third


def from_cmyk(cyan: float, magenta: float, yellow: float, black: float) -> Colour:
    """DeviceCMYK as RGB (ISO 32000-1, 10.3.5): without a profile, near enough to compare colours."""
    return from_rgb(*(1 - min(1.0, part + black) for part in (cyan, magenta, yellow)))
