"""What a finished SVG is: every shape and text followed through its transforms to the size of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poems_report.errors import FigureFileError
from poems_report.submission.reading.drawn import Drawn, box_of, over
from poems_report.submission.reading.facts import PT_PER_INCH, Facts, Font, millimetres
from poems_report.submission.reading.matrix import Matrix, height_of, scale_of, times
from poems_report.submission.reading.pdf import facts_of
from poems_report.submission.reading.svg_safety import local, parse_svg, reference
from poems_report.submission.reading.svg_style import (
    DEFAULTS,
    INHERITED,
    Sheet,
    colour_of,
    length,
    opacity_in,
    sheet_of,
    transform,
)  # fmt: skip

PT_PER_PX = PT_PER_INCH / 96
VISITS = 100_000
"""Elements that are drawn, those of `use` counted each time."""
DEEPEST = 200
LEAST_ADVANCE = 0.35
"""Width of a letter, of the size, that every text has at least; without its font no SVG tells more."""
_ASCENT = 0.7
_SHAPES = ("path", "line", "polyline", "polygon", "rect", "circle", "ellipse")
_UNDRAWN = (
    "defs",
    "clipPath",
    "mask",
    "symbol",
    "marker",
    "pattern",
    "metadata",
    "style",
    "title",
    "desc",
    "filter",
)
_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def read_svg(path: Path) -> Facts:
    """Measure an SVG.

    Raises:
        FigureFileError: see `parse_svg`; or drawings within drawings without end.
    """
    root = parse_svg(path.name, path.read_bytes())
    width, height = (length(root.get(key, "").replace("%", "relative")) for key in ("width", "height"))
    view = [float(one) for one in _NUMBERS.findall(root.get("viewBox", ""))]
    unseen = {}
    if width is None or height is None:
        unseen = dict.fromkeys(
            ("width_mm", "height_mm"), "cannot be seen: the SVG states no width and height"
        )
    if len(view) != 4 or min(view[2:]) <= 0:
        view = [0.0, 0.0, width or 0.0, height or 0.0]
    across, down = width or view[2], height or view[3]
    if not min(across, down) > 0:
        raise FigureFileError(path.name, "an SVG without a size: neither width and height nor viewBox")
    scale = min(across / view[2], down / view[3]) * PT_PER_PX
    matrix = (scale, 0.0, 0.0, scale, -view[0] * scale, -view[1] * scale)
    drawn = Drawn((0.0, 0.0, across * PT_PER_PX, down * PT_PER_PX))
    _Follower(path.name, root, drawn).follow(matrix)
    drawn.modes.add("RGB")
    return facts_of(
        drawn,
        name=path.name,
        form="svg",
        size_bytes=path.stat().st_size,
        width_mm=None if unseen else millimetres(across * PT_PER_PX),
        height_mm=None if unseen else millimetres(down * PT_PER_PX),
        layered=any("groupmode" in str(key) for one in root.iter() for key in one.attrib),
        pages=1,
        unseen=unseen,
    )


@dataclass(frozen=True)
class _Place:
    matrix: Matrix
    style: dict[str, str]
    opacity: float = 1.0


class _Follower:
    def __init__(self, name: str, root: Any, drawn: Drawn) -> None:
        self._name, self._root, self._drawn = name, root, drawn
        self._sheet: Sheet = sheet_of(root)
        self._ids = {one.get("id"): one for one in root.iter() if isinstance(one.tag, str) and one.get("id")}
        self._left = VISITS
        self._embedded = self._sheet.embedded

    def follow(self, matrix: Matrix) -> None:
        style = DEFAULTS | {
            key: value for key, value in self._sheet.of(self._root).items() if key in INHERITED
        }
        for child in self._root:
            self._visit(child, _Place(matrix, style), 0)

    def _visit(self, element: Any, place: _Place, depth: int, used: bool = False) -> None:
        tag = local(element)
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise FigureFileError(self._name, "an SVG whose drawings repeat one another without end")
        if not tag or (tag in _UNDRAWN and not (used and tag == "symbol")):
            return
        place = self._placed(element, place)
        if place.style.get("display") == "none":
            return
        if tag == "use":
            shift = (
                1.0,
                0.0,
                0.0,
                1.0,
                length(element.get("x", "0")) or 0.0,
                length(element.get("y", "0")) or 0.0,
            )
            target = self._ids.get(reference(element)[1:])
            if target is not None:
                moved = _Place(times(shift, place.matrix), place.style, place.opacity)
                self._visit(target, moved, depth + 1, used=True)
        elif tag in _SHAPES:
            self._shape(element, tag, place)
        elif tag == "image":
            self._picture(element, place)
        elif tag in ("text", "tspan"):
            self._text(element, place)
        if tag != "use":
            for child in element:
                self._visit(child, place, depth + 1)

    def _placed(self, element: Any, place: _Place) -> _Place:
        """The place of an element within that of its parent."""
        stated = self._sheet.of(element)
        kept = {key: stated.get(key, value) for key, value in place.style.items() if key != "display"}
        kept |= {key: value for key, value in stated.items() if key in INHERITED and value != "inherit"}
        parent = length(place.style["font-size"]) or 0.0
        if stated.get("font-size", "").endswith(("%", "em")):
            kept["font-size"] = str(length(stated["font-size"], parent) or parent)
        if "display" in stated:
            kept["display"] = stated["display"]
        moved = times(transform(stated.get("transform", "")), place.matrix)
        if local(element) == "svg":
            shift = (length(stated.get("x", "0")) or 0.0, length(stated.get("y", "0")) or 0.0)
            moved = times((1.0, 0.0, 0.0, 1.0, *shift), moved)
        return _Place(moved, kept, place.opacity * _number(stated.get("opacity", "1")))

    def _opacity(self, place: _Place, what: str) -> float:
        stated = _number(place.style.get(f"{what}-opacity", "1"))
        return place.opacity * stated * opacity_in(place.style[what])

    def _shape(self, element: Any, tag: str, place: _Place) -> None:
        if place.style.get("visibility") == "hidden":
            return
        current = place.style.get("color", "black")
        for what in ("fill", "stroke"):
            colour, opacity = colour_of(place.style[what], current), self._opacity(place, what)
            painted = colour is not None or place.style[what].startswith("url(")
            if not painted or opacity <= 0 or (what == "fill" and tag == "line"):
                continue
            self._drawn.alpha |= opacity < 1
            mixed = None if colour is None else over(colour, opacity)
            if what == "fill":
                box = _outline(element, tag)
                if box:
                    self._drawn.area(box_of(place.matrix, *box), mixed)
            else:
                width = length(place.style["stroke-width"])
                if width:
                    self._drawn.line(width * scale_of(place.matrix), mixed)

    def _text(self, element: Any, place: _Place) -> None:
        content = " ".join((element.text or "").split())
        size = length(place.style["font-size"]) or 0.0
        if not content or not size or place.style.get("visibility") == "hidden":
            return
        colour = colour_of(place.style["fill"], place.style.get("color", "black"))
        opacity = self._opacity(place, "fill")
        if opacity <= 0 or place.style["fill"] == "none":
            return
        self._drawn.alpha |= opacity < 1
        family = place.style["font-family"].split(",")[0].strip("'\" ") or "not named"
        self._drawn.fonts.setdefault(Font(family, True if family in self._embedded else None, "live"))
        x, y = _first(element, "x"), _first(element, "y")
        span = LEAST_ADVANCE * size * len(content)
        start = x - span * {"middle": 0.5, "end": 1.0}.get(place.style.get("text-anchor", ""), 0.0)
        box = box_of(place.matrix, start, y - _ASCENT * size, start + span, y)
        mixed = None if colour is None else over(colour, opacity)
        self._drawn.text(content, size * height_of(place.matrix), mixed, box)

    def _picture(self, element: Any, place: _Place) -> None:
        import base64
        import binascii
        from io import BytesIO
        from urllib.parse import unquote_to_bytes

        from PIL import Image

        across, down = (length(element.get(key, "")) or 0.0 for key in ("width", "height"))
        head, _, data = reference(element).partition(",")
        try:
            raw = base64.b64decode(data) if head.endswith(";base64") else unquote_to_bytes(data)
            with Image.open(BytesIO(raw), formats=["PNG", "JPEG", "TIFF"]) as picture:
                pixels = picture.size
                clear = picture.convert("RGBA").getchannel("A").getextrema()
                self._drawn.alpha |= clear != (255, 255)
        except (OSError, ValueError, binascii.Error, Image.DecompressionBombError) as error:
            raise FigureFileError(self._name, "an SVG with a damaged picture inside", str(error)) from None
        scale = scale_of(place.matrix)
        if min(across, down, scale) > 0:
            dots = min(pixels[0] / (across * scale), pixels[1] / (down * scale)) * PT_PER_INCH
            self._drawn.image_dpi.append(dots)
            x, y = _first(element, "x"), _first(element, "y")
            self._drawn.area(box_of(place.matrix, x, y, x + across, y + down), None)


def _number(text: str) -> float:
    found = length(text, 1.0)
    return 1.0 if found is None else min(1.0, max(0.0, found))


def _first(element: Any, key: str) -> float:
    values = _NUMBERS.findall(element.get(key, "0"))
    return float(values[0]) if values else 0.0


def _outline(element: Any, tag: str) -> tuple[float, float, float, float] | None:
    """The box of a shape; that of a path is the box of its numbers taken as absolute places."""
    if tag == "rect":
        x, y, across, down = (length(element.get(key, "0")) or 0.0 for key in ("x", "y", "width", "height"))
        return x, y, x + across, y + down
    if tag in ("circle", "ellipse"):
        x, y = _first(element, "cx"), _first(element, "cy")
        radii = ("r", "r") if tag == "circle" else ("rx", "ry")
        wide, high = (_first(element, key) for key in radii)
        return x - wide, y - high, x + wide, y + high
    text = element.get("d" if tag == "path" else "points", "")
    if tag == "path" and re.search(r"[a-zHVA]", text.replace("z", "")):
        return None
    numbers = [float(one) for one in _NUMBERS.findall(text)]
    xs, ys = numbers[::2], numbers[1::2]
    return (min(xs), min(ys), max(xs), max(ys)) if ys else None
