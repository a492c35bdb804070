"""What a profile means for the figures of this program: sizes, letters, formats, and what cannot be met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from poems_report import theme as look
from poems_report.errors import UsageError
from poems_report.figures.files import EPS, JPEG, OUTLINED_EPS, PDF, PNG, SVG, TIFF
from poems_report.figures.theme import Lettering
from poems_report.submission.cmyk import description
from poems_report.submission.fonts import STAND_INS
from poems_report.submission.profile import Length, Mode, PointRange, Profile
from poems_report.submission.profiles import GENERIC, profile

Columns = Literal["single", "onehalf", "double"]
COLUMNS: tuple[Columns, ...] = ("single", "onehalf", "double")
PPTX = "pptx"
SUFFIXES = {
    PDF: "pdf", EPS: "eps", OUTLINED_EPS: "eps", SVG: "svg", TIFF: "tif", JPEG: "jpg", PNG: "png", PPTX: "pptx",
}  # fmt: skip
RASTERS = (TIFF, JPEG, PNG)
_SLIDES = {"pptx", "ppt"}


@dataclass(frozen=True)
class Plan:
    """How the figures are made for a journal.

    Attributes:
        profile: what the journal states.
        columns: the width that was asked for.
        mode: colour of the pictures, `rgb`, `grey` or `cmyk`; PNG has no CMYK and stays RGB.
        icc: for CMYK, the profile of the press; None otherwise.
    """

    profile: Profile
    columns: Columns = "single"
    mode: Mode = "rgb"
    icc: bytes | None = None

    def __post_init__(self) -> None:
        modes = self.profile.colour.modes
        if modes and self.mode not in modes.accepted:
            raise UsageError(f"{self.profile.name} takes {', '.join(modes.accepted)}, not {self.mode}")
        if (self.mode == "cmyk") != (self.icc is not None):
            raise UsageError("CMYK needs the ICC profile of a press, and no other mode takes one")

    @cached_property
    def default(self) -> Profile:
        """The profile that answers where the journal is silent."""
        return profile(GENERIC)

    @property
    def scale(self) -> float:
        """How many times its printed width the art is sent."""
        stated = self.profile.files.scale
        return stated.value if stated else 1.0

    def width_mm(self, columns: Columns) -> float:
        """Width of the file for this many columns: the journal's, else its next, else the default in its bounds."""
        stated = self._stated(columns) or self._nearest(columns)
        if stated:
            return round(stated.mm * self.scale, 2)
        wanted = getattr(self.default.width, columns).mm
        least, most = self.profile.width.least, self.profile.width.most
        return float(_clamped(wanted, least.mm if least else None, most.mm if most else None))

    def widths(self) -> Iterator[tuple[Columns, float]]:
        """The width that was asked for, then the wider ones."""
        for columns in COLUMNS[COLUMNS.index(self.columns) :]:
            yield columns, self.width_mm(columns)

    @property
    def highest_mm(self) -> float:
        """The greatest height."""
        stated = self.profile.height.most or self.default.height.most
        return stated.mm * self.scale if stated else float("inf")

    @property
    def letters(self) -> Lettering:
        """Font, sizes of text, widest line and greatest height."""
        sizes = self.profile.sizes
        lines = sizes.lines.most if sizes.lines else None
        return Lettering(
            font=self._family,
            text_pt=_within(look.FIGURE_TEXT_PT, sizes.text),
            note_pt=_within(look.NOTE_PT, sizes.text),
            widest_pt=lines if lines is not None else float("inf"),
            panel_pt=_within(look.FIGURE_PANEL_PT, sizes.panel or sizes.text),
            panel_upper=self._panel("case") == "upper",
            panel_bold=self._panel("bold") is not False,
            panel_brackets=self._panel("brackets") is True,
            highest_mm=self.highest_mm,
        )

    @property
    def dpi(self) -> int:
        """Dots per inch of the pictures: as advised, else the least that is asked of line art."""
        kinds = (self.profile.dpi.line_art, self.profile.dpi.combination, self.profile.dpi.halftone)
        stated = next((one for one in kinds if one), None) or self.default.dpi.line_art
        return (stated.advised or stated.least) if stated else look.FIGURE_DPI

    @property
    def formats(self) -> tuple[str, ...]:
        """Every format that the journal takes and that can be made; the default's where it names none of them."""
        return _made(self.profile) or _made(self.default)

    @property
    def unlabelled(self) -> bool:
        """Whether each picture is sent without its labels too."""
        stated = self.profile.files.labelled_and_unlabelled
        return stated is not None and stated.value

    def stem(self, number: int) -> str:
        """Name of the files of a figure, without suffix."""
        stated = self.profile.files.name or self.default.files.name
        return stated.value.replace("{number}", str(number)) if stated else f"Figure{number}"

    def mode_of(self, form: str) -> str:
        """Colour mode of the files of a format, in Pillow's words; vectors are drawn in RGB."""
        if self.mode == "grey" and form in RASTERS:
            return "L"
        return "CMYK" if self.mode == "cmyk" and form in (TIFF, JPEG) else "RGB"

    def notes(self) -> Iterator[str]:
        """What the journal does not state or what is met in another way, for the record."""
        if self.icc is not None:
            yield f"CMYK of TIFF and JPEG by the profile {description(self.icc)!r}; all other files stay RGB"
        if not self._stated(self.columns):
            width = self.width_mm(self.columns)
            whose = "the next that it states" if self._nearest(self.columns) else "this program's default"
            yield f"{self.profile.name} states no width for {self.columns}; {width:g} mm is {whose}"
        if not _made(self.profile):
            yield f"{self.profile.name} names no format that can be made here; the default formats are used"
        accepted = self.profile.fonts.accepted
        if accepted and self._family not in accepted.accepted:
            families = ", ".join(accepted.accepted)
            yield f"font: {families} may not be given away with a program; {self._family} stands for them"
        if self.profile.files.decimal:
            sign = self.profile.files.decimal.value
            yield f"decimal signs inside the art are points; {self.profile.title} sets {sign}"
        if self.profile.files.border_pt:
            border = self.profile.files.border_pt.value
            yield f"a white border of {border:g} pt is asked for; the margin of the art was not made for it"
        if self.profile.height.with_legend:
            yield "the legend counts in the greatest height and was not measured"
        for note in self.profile.notes:
            yield note.value

    def _stated(self, columns: Columns) -> Length | None:
        found: Length | None = getattr(self.profile.width, columns)
        return found

    def _panel(self, name: str) -> str | bool | None:
        """What the journal, else the default, says of the letters of panels."""
        rule = getattr(self.profile.panels, name) or getattr(self.default.panels, name)
        return rule.value if rule else None

    def _nearest(self, columns: Columns) -> Length | None:
        """The next wider width that the journal states, else the widest; None where it takes a range or any."""
        if self.profile.width.least or self.profile.width.most:
            return None
        at = COLUMNS.index(columns)
        order = (*COLUMNS[at:], *reversed(COLUMNS[:at]))
        return next((one for one in map(self._stated, order) if one), None)

    @property
    def meant(self) -> str:
        """The family of the journal that another stands for; empty where none does."""
        accepted = self.profile.fonts.accepted
        if not accepted or look.FONT in accepted.accepted:
            return ""
        return next((name for name in accepted.accepted if name in STAND_INS), "")

    @property
    def _family(self) -> str:
        return STAND_INS[self.meant] if self.meant else look.FONT


def _within(size: float, bounds: PointRange | None) -> float:
    return _clamped(size, bounds.least, bounds.most) if bounds else size


def _clamped(value: float, least: float | None, most: float | None) -> float:
    """The value, raised to the least and lowered to the most where they are stated."""
    raised = value if least is None else max(value, least)
    return raised if most is None else min(raised, most)


def _made(journal: Profile) -> tuple[str, ...]:
    outlined = journal.fonts.outlined_eps is not None and journal.fonts.outlined_eps.value
    art, raster = journal.formats.art, journal.formats.raster
    vectors_only = art is not None and art.value == "vector"
    stated = (journal.formats.vector, None if vectors_only else raster, journal.formats.office)
    found = []
    for name in (name for one in stated if one for name in one.accepted):
        form = OUTLINED_EPS if name == EPS and outlined else PPTX if name in _SLIDES else name
        if form in SUFFIXES and form not in found:
            found.append(form)
    return tuple(found)
