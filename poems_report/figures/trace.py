"""What a drawn figure consists of, in points: every shape and every word, as a renderer of matplotlib meets them.

Loads matplotlib.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from poems_report.errors import DocumentError
from poems_report.figures.theme import PT_PER_INCH


@dataclass(frozen=True)
class Shape:
    """A line or an area.

    Attributes:
        outline: matplotlib's path, in points from the upper left corner, y downwards.
        fill: colour, `#rrggbb`; None for a line.
        stroke: colour of the line; None where there is none.
        width_pt: width of the line.
        dashes: lengths of stroke and gap in points; empty for a solid line.
    """

    outline: Any
    fill: str | None
    stroke: str | None
    width_pt: float
    dashes: tuple[float, ...]


@dataclass(frozen=True)
class Word:
    """A line of text.

    Attributes:
        text: as read.
        x: begin of its base line, in points from the left.
        y: base line, in points from above.
        size_pt: size of the letters.
        family: of the font.
        bold: weight.
        colour: `#rrggbb`.
        angle: degrees, anticlockwise.
    """

    text: str
    x: float
    y: float
    size_pt: float
    family: str
    bold: bool
    colour: str
    angle: float


@dataclass(frozen=True)
class Trace:
    """A drawn figure.

    Attributes:
        width_pt: of the whole.
        height_pt: of the whole.
        shapes: in the order in which they are drawn.
        words: in the order in which they are drawn.
    """

    width_pt: float
    height_pt: float
    shapes: tuple[Shape, ...]
    words: tuple[Word, ...]

    @property
    def text_sizes(self) -> tuple[float, ...]:
        """The sizes of text that occur, in points, rising."""
        return tuple(sorted({round(word.size_pt, 2) for word in self.words}))

    @property
    def line_widths(self) -> tuple[float, ...]:
        """The widths of lines that occur, in points, rising."""
        return tuple(sorted({round(shape.width_pt, 2) for shape in self.shapes if shape.stroke}))

    @property
    def families(self) -> tuple[str, ...]:
        """The families of fonts that occur."""
        return tuple(sorted({word.family for word in self.words}))


def trace(art: Any) -> Trace:
    """Read a drawn figure; its dots per inch are left at 72, as one dot is then one point."""
    art.set_dpi(PT_PER_INCH)
    width, height = (side * PT_PER_INCH for side in art.get_size_inches())
    tracer = _Tracer(width, height)
    art.draw(tracer)
    return Trace(width, height, tuple(tracer.shapes), tuple(tracer.words))


def traced_words(art: Any) -> tuple[Word, ...]:
    """The words of a drawn figure alone; see `trace`."""
    art.set_dpi(PT_PER_INCH)
    tracer = _WordTracer(*(side * PT_PER_INCH for side in art.get_size_inches()))
    art.draw(tracer)
    return tuple(tracer.words)


class _Tracer(RendererBase):
    """A renderer that writes down what it is asked to draw."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self._size = width, height
        self._down = Affine2D().scale(1, -1).translate(0, height)
        self.shapes: list[Shape] = []
        self.words: list[Word] = []

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self._size

    def flipy(self) -> bool:
        return False

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:
        fill = to_hex(rgbFace) if rgbFace is not None and (len(rgbFace) < 4 or rgbFace[3]) else None
        width = float(gc.get_linewidth())
        stroke = to_hex(gc.get_rgb()) if width and gc.get_rgb()[3] and gc.get_alpha() != 0 else None
        if fill is None and stroke is None:
            return
        placed = path.transformed(transform)
        frame = gc.get_clip_rectangle()
        if frame is not None:
            if fill is not None and not _inside(placed, frame):
                placed = placed.clip_to_bbox(frame)
            elif fill is None:
                placed = placed.cleaned(clip=(frame.x0, frame.y0, frame.x1, frame.y1))
        outline: Any = _drawn_part(placed).transformed(self._down)
        dashes = tuple(float(one) for one in gc.get_dashes()[1] or ())
        if len(outline.vertices) > 1:
            self.shapes.append(Shape(outline, fill, stroke, width if stroke else 0.0, dashes))

    def draw_image(self, *_: Any, **__: Any) -> None:
        raise DocumentError("a figure holds a picture, which has no lines and letters to measure")

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        if not s.strip():
            return
        _, height = self._size
        bold = prop.get_weight() in ("bold", "semibold", "heavy", 700)
        self.words.append(
            Word(
                s,
                x,
                height - y,
                prop.get_size_in_points(),
                prop.get_family()[0],
                bold,
                to_hex(gc.get_rgb()),
                angle,
            )
        )


class _WordTracer(_Tracer):
    """Writes down words only."""

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:
        pass


def _drawn_part(path: Any) -> Any:
    """The path without the mark of its end, which matplotlib keeps as a vertex."""
    if path.codes is None:
        return path
    kept = path.codes != Outline.STOP
    return Outline(path.vertices[kept], path.codes[kept])


def _inside(path: Any, frame: Any) -> bool:
    box = path.get_extents()
    return bool(box.x0 >= frame.x0 and box.x1 <= frame.x1 and box.y0 >= frame.y0 and box.y1 <= frame.y1)
