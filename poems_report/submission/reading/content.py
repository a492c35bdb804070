"""Following the commands of a PDF page: sizes of text and lines, colours and fonts at the size of the page.

ISO 32000-1: graphics state 8.4, paths 8.5, colour 8.6, form XObjects 8.10, text 9.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from poems_report.errors import FigureFileError
from poems_report.submission.reading.drawn import Drawn, box_of, from_cmyk, from_grey, from_rgb, over
from poems_report.submission.reading.facts import PT_PER_INCH, Colour
from poems_report.submission.reading.matrix import IDENTITY, Matrix, apply, height_of, scale_of, times
from poems_report.submission.reading.pdf_fonts import PdfFont, font_of, words_of

DEEPEST = 12
"""Forms within forms that are followed."""
COMMANDS = 1_000_000
"""Commands of one page; a figure has some thousands."""
_ENDS = b" \t\r\n\f\0()<>[]/"
_LONGEST = 2_000_000
"""Signs that end a word, in one stream: each command has at least one, and takes some 300 bytes to read."""
_ASCENT = 0.7
_SPACES = {"g": "L", "rg": "RGB", "k": "CMYK"}
_CONVERT: dict[str, Callable[..., Colour]] = {"L": from_grey, "RGB": from_rgb, "CMYK": from_cmyk}
_DEVICES = {
    "/DeviceGray": "L", "/CalGray": "L", "/DeviceRGB": "RGB", "/CalRGB": "RGB", "/DeviceCMYK": "CMYK",
}  # fmt: skip
_STROKES, _FILLS = {"s", "S", "b", "b*", "B", "B*"}, {"f", "F", "f*", "b", "b*", "B", "B*"}
_PATHS, _PAINTS = {"m", "l", "c", "v", "y", "re"}, _STROKES | _FILLS | {"n"}
_MOVES, _SHOWS = {"BT", "Td", "TD", "Tm", "T*"}, {"Tj", "TJ", "'", '"'}


@dataclass(frozen=True)
class _State:
    matrix: Matrix
    width: float = 1.0
    fill: Colour | None = (0, 0, 0)
    stroke: Colour | None = (0, 0, 0)
    fill_mode: str = "L"
    stroke_mode: str = "L"
    fill_alpha: float = 1.0
    stroke_alpha: float = 1.0
    font: PdfFont | None = None
    size: float = 0.0
    leading: float = 0.0
    rise: float = 0.0
    shown: int = 0
    stretch: float = 1.0


@dataclass
class _Stream:
    """One stream of commands while it is followed; `line` and `word` are the text matrices."""

    resources: Any
    state: _State
    depth: int
    stack: list[_State] = field(default_factory=list)
    path: list[tuple[float, float]] = field(default_factory=list)
    line: Matrix = IDENTITY
    word: Matrix = IDENTITY


class Follower:
    """Follows a page and the forms it draws, and fills a `Drawn`."""

    def __init__(self, drawn: Drawn, name: str) -> None:
        self.drawn = drawn
        self._name = name
        self._left = COMMANDS
        self._fonts: dict[tuple[int, int], PdfFont] = {}

    def follow(self, source: Any, resources: Any, matrix: Matrix) -> None:
        """Follow a page's commands.

        Raises:
            FigureFileError: more commands or deeper forms than a figure can have.
        """
        self._run(source, resources, _State(matrix), 0)

    def _run(self, source: Any, resources: Any, state: _State, depth: int) -> None:
        import pikepdf

        if depth > DEEPEST:
            raise FigureFileError(self._name, f"forms within forms, deeper than {DEEPEST}")
        content = b"".join(part.read_bytes() for part in _streams(source))
        if len(content) - len(content.translate(None, _ENDS)) > _LONGEST:
            raise FigureFileError(self._name, f"more than {_LONGEST} words of drawing commands")
        stream = _Stream(resources, state, depth)
        for command in pikepdf.parse_content_stream(source):
            self._left -= 1
            if self._left < 0:
                raise FigureFileError(self._name, f"more than {COMMANDS} drawing commands")
            if isinstance(command, pikepdf.ContentStreamInstruction):
                self._step(stream, str(command.operator), list(command.operands))
            else:
                self._picture(_inline_size(command), stream.state)

    def _step(self, stream: _Stream, name: str, args: list[Any]) -> None:
        state = stream.state
        if name == "q":
            stream.stack.append(state)
        elif name == "Q":
            stream.state = stream.stack.pop() if stream.stack else state
        elif name == "cm":
            stream.state = replace(state, matrix=times(_matrix(args), state.matrix))
        elif name in _PATHS:
            stream.path += _places(name, args, state.matrix)
        elif name in _PAINTS:
            self._painted(name, stream.path, state)
            stream.path = []
        elif name in _MOVES or name in _SHOWS:
            _move(stream, name, args)
            if name in _SHOWS and args:
                for part in words_of(args[-1]):
                    stream.word = self._shown(part, stream.state, stream.word)
        elif name == "Do":
            self._do(stream.resources, str(args[0]), state, stream.depth)
        elif name == "gs":
            stream.state = self._settings(stream.resources, str(args[0]), state)
        elif name == "Tf":
            font = self._font(stream.resources, str(args[0]))
            stream.state = replace(state, font=font, size=float(args[1]))
        else:
            stream.state = _changed(state, name, args, stream.resources)

    def _painted(self, name: str, path: Sequence[tuple[float, float]], state: _State) -> None:
        if not path:
            return
        if name in _FILLS and state.fill_alpha > 0:
            xs, ys = [x for x, _ in path], [y for _, y in path]
            self._used(state.fill_mode, state.fill_alpha)
            self.drawn.area((min(xs), min(ys), max(xs), max(ys)), _mixed(state.fill, state.fill_alpha))
        if name in _STROKES and state.stroke_alpha > 0:
            self._used(state.stroke_mode, state.stroke_alpha)
            width = state.width * scale_of(state.matrix)
            self.drawn.line(width, _mixed(state.stroke, state.stroke_alpha))

    def _used(self, mode: str, alpha: float) -> None:
        if mode:
            self.drawn.modes.add(mode)
        self.drawn.alpha |= alpha < 1

    def _shown(self, what: Any, state: _State, word: Matrix) -> Matrix:
        """Note a text and give the place where the next begins."""
        if state.font is None:
            return word
        content, advance = state.font.decode(what)
        length = advance * state.size * state.stretch
        matrix = times(times((state.stretch, 0, 0, 1, 0, state.rise), word), state.matrix)
        if content.strip() and state.shown % 4 != 3:
            box = box_of(matrix, 0, 0, length / state.stretch, _ASCENT * state.size)
            self._used(state.fill_mode, state.fill_alpha)
            self.drawn.fonts.setdefault(state.font.font)
            size = abs(state.size) * height_of(matrix)
            self.drawn.text(content, size, _mixed(state.fill, state.fill_alpha), box)
        return times((1, 0, 0, 1, length, 0), word)

    def _do(self, resources: Any, name: str, state: _State, depth: int) -> None:
        one = resources.get("/XObject", {}).get(name)
        if one is None:
            return
        if one.get("/Subtype") == "/Image":
            self.drawn.alpha |= "/SMask" in one
            self._used(_image_mode(one), state.fill_alpha)
            self._picture((float(one["/Width"]), float(one["/Height"])), state)
        elif one.get("/Subtype") == "/Form":
            matrix = _matrix(one["/Matrix"]) if "/Matrix" in one else IDENTITY
            inner = replace(state, matrix=times(matrix, state.matrix))
            self._run(one, one.get("/Resources", resources), inner, depth + 1)

    def _picture(self, pixels: tuple[float, float], state: _State) -> None:
        a, b, c, d, _, _ = state.matrix
        sides = (math.hypot(a, b), math.hypot(c, d))
        if min(*sides, *pixels) > 0:
            self.drawn.image_dpi.append(
                min(pixels[0] / sides[0], pixels[1] / sides[1]) * PT_PER_INCH,
            )
            self.drawn.area(box_of(state.matrix, 0, 0, 1, 1), None)

    def _settings(self, resources: Any, name: str, state: _State) -> _State:
        stated = resources.get("/ExtGState", {}).get(name, {})
        self.drawn.alpha |= "/SMask" in stated and stated["/SMask"] != "/None"
        return replace(
            state,
            fill_alpha=float(stated.get("/ca", state.fill_alpha)),
            stroke_alpha=float(stated.get("/CA", state.stroke_alpha)),
            width=float(stated.get("/LW", state.width)),
        )

    def _font(self, resources: Any, name: str) -> PdfFont | None:
        one = resources.get("/Font", {}).get(name)
        if one is None:
            return None
        key = one.objgen
        if key == (0, 0):
            return font_of(one)
        if key not in self._fonts:
            self._fonts[key] = font_of(one)
        return self._fonts[key]


def _streams(source: Any) -> list[Any]:
    """The streams of a page or form."""
    import pikepdf

    if not isinstance(source, pikepdf.Page):
        return [source]
    contents: Any = source.obj.get("/Contents", [])
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def _move(stream: _Stream, name: str, args: Sequence[Any]) -> None:
    """Where the next letters stand."""
    if name == "BT":
        stream.line = stream.word = IDENTITY
    elif name == "Tm":
        stream.line = stream.word = _matrix(args)
    elif name in ("Td", "TD"):
        across, down = float(args[0]), float(args[1])
        stream.line = stream.word = times((1, 0, 0, 1, across, down), stream.line)
        if name == "TD":
            stream.state = replace(stream.state, leading=-down)
    elif name in ("T*", "'", '"'):
        stream.line = stream.word = times((1, 0, 0, 1, 0, -stream.state.leading), stream.line)


def _changed(state: _State, name: str, args: Sequence[Any], resources: Any) -> _State:
    """The state after a command that only sets a value."""
    if name == "w":
        return replace(state, width=float(args[0]))
    if name == "TL":
        return replace(state, leading=float(args[0]))
    if name == "Ts":
        return replace(state, rise=float(args[0]))
    if name == "Tr":
        return replace(state, shown=int(args[0]))
    if name == "Tz":
        return replace(state, stretch=float(args[0]) / 100 or 1.0)
    lower, stroke = name.lower(), name[0].isupper()
    if lower == "cs":
        mode = _mode_of(args[0], resources)
        first: Colour | None = (0, 0, 0) if mode else None
        return (
            replace(state, stroke=first, stroke_mode=mode)
            if stroke
            else replace(state, fill=first, fill_mode=mode)
        )
    if lower in ("sc", "scn"):
        mode = state.stroke_mode if stroke else state.fill_mode
    elif lower in _SPACES:
        mode = _SPACES[lower]
    else:
        return state
    colour = _CONVERT[mode](*(float(one) for one in args)) if mode in _CONVERT else None
    return (
        replace(state, stroke=colour, stroke_mode=mode)
        if stroke
        else replace(state, fill=colour, fill_mode=mode)
    )


def _mode_of(space: Any, resources: Any) -> str:
    """The colour space as a mode; empty for a space whose numbers are no plain colour (pattern, spot, index)."""
    import pikepdf

    found = space
    if isinstance(space, pikepdf.Name):
        if str(space) in _DEVICES:
            return _DEVICES[str(space)]
        found = resources.get("/ColorSpace", {}).get(str(space))
    if not isinstance(found, pikepdf.Array):
        return _DEVICES.get(str(found), "")
    family = str(found[0])
    if family == "/ICCBased":
        return {1: "L", 3: "RGB", 4: "CMYK"}.get(int(found[1].get("/N", 0)), "")
    return _DEVICES.get(family, "")


def _mixed(colour: Colour | None, alpha: float) -> Colour | None:
    return None if colour is None else over(colour, alpha)


def _matrix(args: Any) -> Matrix:
    a, b, c, d, e, f = (float(one) for one in args)
    return a, b, c, d, e, f


def _places(name: str, args: Sequence[Any], matrix: Matrix) -> list[tuple[float, float]]:
    numbers = [float(one) for one in args]
    if name == "re":
        x, y, across, up = numbers
        return [apply(matrix, a, b) for a in (x, x + across) for b in (y, y + up)]
    return [apply(matrix, x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]


def _image_mode(image: Any) -> str:
    import pikepdf

    space = image.get("/ColorSpace")
    if image.get("/ImageMask", False) or space is None:
        return "L"
    if isinstance(space, pikepdf.Array) and str(space[0]) == "/Indexed":
        space = space[1]
    return _mode_of(space, {})


def _inline_size(command: Any) -> tuple[float, float]:
    image = command.iimage
    return float(image.width), float(image.height)
