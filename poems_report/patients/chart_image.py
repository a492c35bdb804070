"""The chart drawn from its SVG straight onto the page.

WeasyPrint sets the text of an SVG letter by letter and puts each text that does not start where it is placed into an
object of its own; the chart was a fifth of a page's time. Here a text is set whole, and lines of one kind are one
path. Nothing but what `chart.svg.j2` writes is understood.
"""

from __future__ import annotations

import re
from base64 import b64decode
from functools import cache
from math import copysign, inf
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from weasyprint import draw
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.html import parse_url
from weasyprint.svg.utils import color, size
from weasyprint.text import line_break

_START = "data:image/svg+xml;base64,"
_STEP = re.compile(r"([MLVaZ]?)\s*((?:-?[\d.]+\s*)*)")
_HALF = 0.5522847498
"""Of the radius: how far the handles of a Bezier curve that is a quarter of a circle reach."""


class ChartImage:
    """An image as WeasyPrint asks for it."""

    def __init__(self, svg: str, fonts: Any) -> None:
        self.root, self.fonts = fromstring(svg), fonts  # noqa: S314 - our own template, what it shows escaped
        self.width, self.height = (size(self.root.get(side)) for side in ("width", "height"))

    def get_intrinsic_size(self, _resolution: float, _font_size: float) -> tuple[float, float, float]:
        """Width and height in CSS pixels, and their ratio."""
        return self.width, self.height, self.width / self.height

    def draw(self, stream: Any, width: float, height: float, _style: Any) -> None:
        """Draw within a box of this size at the origin."""
        _, _, across, down = map(float, self.root.get("viewBox", "").split())
        stream.transform(a=width / across, d=height / down)
        stream.set_miter_limit(4)
        for child in self.root:
            if _name(child) == "text":
                self._draw_text(stream, child)
            else:
                _draw_group(stream, child)

    def _draw_text(self, stream: Any, node: Element) -> None:
        root = self.root
        families = tuple(one.strip("'") for one in root.get("font-family", "").split(","))
        key = (
            families,
            float(root.get("font-size", 0)),
            int(node.get("font-weight", 400)),
            node.get("fill", ""),
        )
        style = _text_style(self.fonts, *key)
        text = node.text or ""
        layout, _, _, width, _, baseline = line_break.split_first_line(text, style, None, inf, 0)
        x, y = float(node.get("x", 0)), float(node.get("y", 0))
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[node.get("text-anchor", "start")]
        box = SimpleNamespace(
            text=text, style=style, pango_layout=layout, baseline=baseline, width=width,
            position_x=x - share * width, position_y=y - baseline,
        )  # fmt: skip
        draw.draw_text(stream, box, 0, "clip", "none")


def chart_images(page: Any, fonts: Any) -> dict[str, ChartImage]:
    """The charts of a page's tree by address, for WeasyPrint's cache of images."""
    sources = {image.get("src", "") for image in page.etree_element.iter("img")}
    return {
        parse_url(source, None): ChartImage(b64decode(source.removeprefix(_START)).decode(), fonts)
        for source in sources
        if source.startswith(_START)
    }


class _TextStyle(dict[str, Any]):
    """Values of properties by name, and the configuration of fonts beside them, as a style of WeasyPrint's has it."""

    font_config: Any


@cache
def _text_style(fonts: Any, families: tuple[str, ...], points: float, weight: int, fill: str) -> _TextStyle:
    style = _TextStyle(INITIAL_VALUES)
    style.update(font_family=families, font_size=points, font_weight=weight, color=color(fill))
    style.font_config = fonts
    return style


def _draw_group(stream: Any, group: Element) -> None:
    """Lines of one kind in one path; filled shapes one by one, as they may overlap."""
    stroke, fill = group.get("stroke"), group.get("fill")
    with stream.stacked():
        if stroke:
            stream.set_color(color(stroke), stroke=True)
            stream.set_line_width(float(group.get("stroke-width", 1)))
        if dash := group.get("stroke-dasharray"):
            stream.set_dash(tuple(map(float, dash.split())), 0)
        open_path = False
        for shape in group:
            inside = shape.get("fill", fill)
            if inside:
                stream.set_color(color(inside))
            _outline(stream, shape)
            if inside and stroke:
                stream.fill_and_stroke()
            elif inside:
                stream.fill()
            else:
                open_path = True
        if open_path:
            stream.stroke()


def _outline(stream: Any, shape: Element) -> None:
    if _name(shape) == "rect":
        stream.rectangle(*(float(shape.get(name, 0)) for name in ("x", "y", "width", "height")))
        return
    x = y = 0.0
    for letter, numbers in _STEP.findall(shape.get("d", "")):
        values = list(map(float, numbers.split()))
        if letter == "Z":
            stream.close()
        elif letter == "V":
            y = values[0]
            stream.line_to(x, y)
        elif letter == "a":
            x = _half_circle(stream, x, y, values)
        elif letter:
            x, y = values
            (stream.move_to if letter == "M" else stream.line_to)(x, y)


def _half_circle(stream: Any, x: float, y: float, values: list[float]) -> float:
    """Half a circle around a point of the same height, against the clock; gives where it ends."""
    radius, _, _, _, _, along, _ = values
    reach = copysign(radius, along)
    handle = _HALF * reach
    middle, end = x + reach, x + along
    stream.curve_to(x, y + handle, middle - handle, y + reach, middle, y + reach)
    stream.curve_to(middle + handle, y + reach, end, y + handle, end, y)
    return end


def _name(node: Element) -> str:
    return node.tag.rpartition("}")[2]
