"""The study at a glance, for a journal's table of contents: what was asked, in whom, and in how many both agreed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report import theme as look
from poems_report.errors import FigureError
from poems_report.figures import sheet, source
from poems_report.figures.figure import Figure
from poems_report.figures.sheet import Mark
from poems_report.figures.theme import MM_PER_INCH, PT_PER_INCH, lettering, text_width_mm
from poems_report.labels import Labels, labels
from poems_report.study.config import PHASES

if TYPE_CHECKING:
    from poems_report.analysis import Results
    from poems_report.study import Study

NAME = "graphical_abstract"
_EDGE_MM = 2.0
_GAP_MM = 2.0
_LINE = 1.25
"""Height of a line of text, in sizes of its letters."""
_DOT_MM = 9.0
"""The largest distance of two dots."""
_DOT_SHARE = 0.7
_SMALLEST_DOT_MM = 1.0
_RISE = 0.35
"""Half the height of letters, in sizes of them."""
_AGREEMENT = "agreement."

Row = tuple[str, int, int]
"""A phase, the patients told in it, and those in whom both markers agree."""


def graphical_abstract(study: Study, results: Results, width_mm: float, height_mm: float) -> Figure:
    """One dot a patient and phase, filled where both markers agree, between the question and the finding.

    The finding is the claim that rests on agreement, with its verdict where it does not hold.

    Raises:
        FigureError: the study has one marker, no phase with both, or the words leave no room at this size.
    """
    import pandas as pd

    if study.config.pair is None:
        raise FigureError(NAME, "two markers")
    rows = [
        (phase, one.n, round(one.estimate * one.n))
        for phase in PHASES
        if (one := results[f"agreement.{phase}"]).n and one.estimate is not None
    ]
    if not rows:
        raise FigureError(NAME, "a phase with both markers")
    words = labels()
    said = _said(study, results, words)
    notice = words["notice.illustrative"] if study.illustrative else ""
    drawn = list(_drawn(rows, said, notice, words, width_mm, height_mm))
    counts = [f"{_phase(words, phase)}: {_count(words, told, agree)}." for phase, told, agree in rows]
    question, patients, finding, _ = said
    return Figure(
        name=NAME,
        plot=sheet.canvas(drawn, width_mm, height_mm),
        width_mm=width_mm,
        height_mm=height_mm,
        data=pd.DataFrame(rows, columns=["phase", "n (patients)", "agreeing (patients)"]),
        caption=source.finish(words, study, [question, patients, finding]),
        alt=source.finish(words, study, [question, patients, *counts, finding]),
    )


def _said(study: Study, results: Results, words: Labels) -> tuple[str, str, str, str]:
    """The question, the patients, the finding and the key."""
    reference, candidate = (study.config.markers[name].label for name in study.config.pair or ("", ""))
    question = words.text("graphical.question", reference=reference, candidate=candidate)
    patients = words.text(
        "graphical.patients",
        patients=formats.count(results["patients.n"].n or len(study.patients)),
        visits=formats.count(results["visits.paired"].estimate or 0),
    )
    resting = [(sum(key.startswith(_AGREEMENT) for key in one.numbers), one) for one in results.claims]
    most, claim = max(resting, key=lambda one: one[0], default=(0, None))
    finding = ""
    if claim is not None and most:
        held = claim.verdict == "holds"
        finding = claim.statement if held else words.text(f"graphical.{claim.verdict}", claim=claim.statement)
    return question, patients, finding, words["graphical.key"]


def _drawn(
    rows: Sequence[Row],
    said: tuple[str, str, str, str],
    notice: str,
    words: Labels,
    width_mm: float,
    height_mm: float,
) -> Iterator[Mark]:
    question, patients, finding, key = said
    letters = lettering()
    line_mm = letters.text_pt * _LINE / PT_PER_INCH * MM_PER_INCH
    inner = width_mm - 2 * _EDGE_MM
    y = _EDGE_MM
    for text, bold, colour in ((question, True, look.INK), (patients, False, look.QUIET)):
        for line in _lines(text, inner, letters.text_pt, bold):
            yield _line(line, _EDGE_MM, y + line_mm / 2, bold, colour, "left")
            y += line_mm
    below = [(line, True, look.INK) for line in _lines(finding, inner, letters.text_pt, True)]
    below += [(line, False, look.QUIET) for line in _lines(key, inner, letters.text_pt, False)]
    if notice:
        below.append((notice, False, look.QUIET))
    low = height_mm - _EDGE_MM - len(below) * line_mm
    top = y + _GAP_MM
    yield sheet.line(_EDGE_MM, top - _GAP_MM / 2, width_mm - _EDGE_MM, top - _GAP_MM / 2, look.HAIRLINE, 0.5)
    yield from _phases(rows, words, (_EDGE_MM, top, inner, low - _GAP_MM - top), line_mm)
    yield sheet.line(_EDGE_MM, low - _GAP_MM / 2, width_mm - _EDGE_MM, low - _GAP_MM / 2, look.HAIRLINE, 0.5)
    for number, (line, bold, colour) in enumerate(below):
        last = line == notice
        at = width_mm - _EDGE_MM if last else _EDGE_MM
        yield _line(line, at, low + (number + 0.5) * line_mm, bold, colour, "right" if last else "left")


def _phases(
    rows: Sequence[Row], words: Labels, room: tuple[float, float, float, float], line_mm: float
) -> Iterator[Mark]:
    """A column a phase: its name, the dots, the count."""
    left, top, width, height = room
    column = width / len(rows)
    names = [_lines(_phase(words, phase), 0.94 * column, lettering().text_pt, False) for phase, _, _ in rows]
    head = max(map(len, names)) * line_mm + _GAP_MM / 2
    free = height - head - line_mm - _GAP_MM / 2
    pitch = _pitch(max(told for _, told, _ in rows), 0.9 * column, free)
    if pitch * _DOT_SHARE < _SMALLEST_DOT_MM:
        raise FigureError(NAME, f"more room: its words leave {max(0.0, free):.1f} mm of height for the dots")
    across = max(1, int(0.9 * column / pitch))
    used = math.ceil(max(told for _, told, _ in rows) / across) * pitch
    head += (free - used) / 2
    for place, ((_, told, agree), name) in enumerate(zip(rows, names, strict=True)):
        start = left + place * column
        for number, line in enumerate(name):
            above = top + head - _GAP_MM / 2 - (len(name) - number - 0.5) * line_mm
            yield _line(line, start, above, False, look.INK, "left")
        for dot in range(told):
            row, position = divmod(dot, across)
            x, y = start + (position + 0.5) * pitch, top + head + (row + 0.5) * pitch
            size = pitch * _DOT_SHARE / MM_PER_INCH * PT_PER_INCH
            yield sheet.point(x, y, look.STROKES[0], size, filled=dot < agree)
        count = top + head + used + _GAP_MM / 2 + line_mm / 2
        yield _line(_count(words, told, agree), start, count, False, look.INK, "left")


def _pitch(dots: int, width: float, height: float) -> float:
    """Distance of two dots, the largest at which all stand in this room."""
    pitch = _DOT_MM
    while pitch > 0 and math.ceil(dots / max(1, int(width / pitch))) * pitch > height:
        pitch -= 0.05
    return max(0.0, min(pitch, width))


def _phase(words: Labels, phase: str) -> str:
    name = words[f"phase.{phase}"]
    return name[0].upper() + name[1:]


def _count(words: Labels, told: int, agree: int) -> str:
    return words.text("graphical.count", agree=formats.count(agree), n=formats.count(told))


def _line(text: str, x: float, y: float, bold: bool, colour: str, side: str) -> Mark:
    """A line of text whose letters stand around this height."""
    weight = "bold" if bold else "normal"
    size = lettering().text_pt
    base = y + _RISE * size / PT_PER_INCH * MM_PER_INCH
    return sheet.text(x, base, text, size=size, color=colour, fontweight=weight, ha=side, va="baseline")


def _lines(text: str, width_mm: float, size_pt: float, bold: bool) -> list[str]:
    """The text in lines no wider than this, as long as its words are not."""
    found: list[str] = []
    for word in text.split():
        longer = f"{found[-1]} {word}" if found else word
        if found and text_width_mm(longer, size_pt, bold) <= width_mm:
            found[-1] = longer
        else:
            found.append(word)
    return found
