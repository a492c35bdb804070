"""Places labels so that none lies upon another or upon a symbol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from poems_report import theme
from poems_report.patients.drawing import Label
from poems_report.patients.metrics import width_in_em

SIZE = theme.NOTE_PT
_ASCENT, _DESCENT = 0.72, 0.22
_AIR = 1.0


@dataclass(frozen=True)
class Box:
    """A rectangle that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def width_of(text: str, bold: bool = False) -> float:
    """How wide a text is, in points."""
    return SIZE * width_in_em(text, bold)


def wrapped(text: str, width: float, most: int) -> tuple[str, ...]:
    """A bold text in at most so many lines of at most this width; what does not fit is cut, with an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, bold=True) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    shown = [_cut(line, width, False) for line in lines[:most]]
    if len(lines) > most:
        shown[-1] = _cut(lines[most - 1], width, True)
    return tuple(shown)


def _cut(line: str, width: float, more: bool) -> str:
    if not more and width_of(line, bold=True) <= width:
        return line
    while line and width_of(f"{line}…", bold=True) > width:
        line = line[:-1]
    return f"{line}…"


def box_of(label: Label) -> Box:
    """The room that a label takes, with a little air."""
    width = width_of(label.text, label.bold)
    left = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return Box(
        left - _AIR,
        label.y - _ASCENT * SIZE - _AIR / 2,
        left + width + _AIR,
        label.y + _DESCENT * SIZE + _AIR / 2,
    )


@dataclass
class Floor:
    """What is taken within `bounds`, and the labels that found a place."""

    bounds: Box
    taken: list[Box] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def block(self, box: Box) -> None:
        """Take the room of something that is no label."""
        self.taken.append(box)

    def put(self, label: Label) -> None:
        """Set a label down where it must stand."""
        self.labels.append(label)
        self.taken.append(box_of(label))

    def fits(self, label: Label) -> bool:
        """Whether a label lies within the bounds and upon nothing."""
        box = box_of(label)
        inside = (
            self.bounds.left <= box.left
            and box.right <= self.bounds.right
            and self.bounds.top <= box.top
            and box.bottom <= self.bounds.bottom
        )
        return inside and not any(box.meets(other) for other in self.taken)

    def put_first_fit(self, candidates: Iterable[Label]) -> bool:
        """Set the first candidate down that fits; none where none does."""
        for label in candidates:
            if self.fits(label):
                self.put(label)
                return True
        return False
