"""How far colours stand apart: in full vision, without one kind of cone, in grey print; and their contrast.

- sRGB to linear light and to CIELAB with white D65: IEC 61966-2-1; CIE 15.
- Loss of one kind of cone: Machado, Oliveira and Fernandes, IEEE Trans Vis Comput Graph 2009;15:1291-8, matrices of
  severity 1.0, on linear RGB.
- Distance: Stone, Szafir and Setlur, An engineering model for color difference as a function of size, Color and
  Imaging Conference 2014: half of all viewers notice ND = 0.5 (A + B / s) on an axis of CIELAB, s in degrees.
- Contrast: relative luminance of WCAG 2.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from poems_report.submission.reading.facts import Colour

DEUTERANOPIA, PROTANOPIA, TRITANOPIA, GREY = "deuteranopia", "protanopia", "tritanopia", "grey"
CONES = (DEUTERANOPIA, PROTANOPIA, TRITANOPIA)
MARK_DEGREES = 0.33
"""Size of a mark: 2.3 mm seen from 40 cm."""

Triple = tuple[float, float, float]
_MATRICES: dict[str, tuple[Triple, Triple, Triple]] = {
    DEUTERANOPIA: (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    PROTANOPIA: (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    TRITANOPIA: (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
_LUMINANCE: Triple = (0.2126729, 0.7151522, 0.0721750)
_TO_XYZ: tuple[Triple, Triple, Triple] = (
    (0.4124564, 0.3575761, 0.1804375), _LUMINANCE, (0.0193339, 0.1191920, 0.9503041),
)  # fmt: skip
_WHITE: Triple = (0.95047, 1.0, 1.08883)
_NOTICED = tuple(0.5 * (a + b / MARK_DEGREES) for a, b in ((10.16, 1.50), (10.68, 3.08), (10.70, 5.74)))


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    lights = sorted(_dot((0.2126, 0.7152, 0.0722), _linear(colour)) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(colour: Colour, seen: str = "") -> Triple:
    """CIELAB of a colour as it is seen: `""` in full vision, or one of `CONES`, or `GREY`."""
    light = _linear(colour)
    if seen == GREY:
        level = min(1.0, _dot(_LUMINANCE, light))
        light = (level, level, level)
    elif seen:
        first, second, third = (min(1.0, max(0.0, _dot(row, light))) for row in _MATRICES[seen])
        light = (first, second, third)
    x, y, z = (_root(_dot(row, light) / white) for row, white in zip(_TO_XYZ, _WHITE, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def chroma(colour: Colour) -> float:
    """How colourful a colour is: its distance from grey in CIELAB."""
    _, a, b = lab(colour)
    return math.hypot(a, b)


def distance(one: Colour, other: Colour, seen: str = "") -> float:
    """Distance in noticeable differences: 1 is noticed by half of all viewers at the size of a mark."""
    pairs = zip(lab(one, seen), lab(other, seen), _NOTICED, strict=True)
    return math.sqrt(sum(((a - b) / noticed) ** 2 for a, b, noticed in pairs))


def nearest(colours: Sequence[Colour], seen: str, apart: float) -> tuple[float, Colour, Colour] | None:
    """The pair that comes nearest, among the pairs that full vision holds at least `apart` noticeable differences."""
    pairs = (
        (distance(one, other, seen), one, other)
        for one, other in combinations(colours, 2)
        if distance(one, other) >= apart
    )
    return min(pairs, default=None)


def _linear(colour: Colour) -> Triple:
    first, second, third = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    )
    return first, second, third


def _dot(row: Triple, light: Triple) -> float:
    return sum(a * b for a, b in zip(row, light, strict=True))


def _root(value: float) -> float:
    return math.cbrt(value) if value > 216 / 24389 else value * 841 / 108 + 4 / 29
