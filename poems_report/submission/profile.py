"""What a journal asks of a figure, as data: each value with its source and how well it was verified.

The files are in `journals/`, one a journal; a user's own file of the same keys works the same. A value that a
journal does not state is absent, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Verified = Literal["yes", "second-hand", "no"]
Format = Literal[
    "pdf", "eps", "ps", "ai", "svg", "tiff", "psd", "jpeg", "png", "bmp", "pptx", "ppt", "docx", "doc", "emf"
]
Mode = Literal["rgb", "grey", "cmyk"]
Kind = Literal["line_art", "halftone", "combination"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Millimetres = Annotated[float, Field(gt=0, le=1000, strict=True)]
Points = Annotated[float, Field(ge=0, le=72, strict=True)]
Dots = Annotated[int, Field(ge=72, le=4800, strict=True)]


class Strict(BaseModel):
    """Base of all parts of a profile: frozen, and nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Source(Strict):
    """Where values were read.

    Attributes:
        where: the page or document.
        checked: when it was read, as far as it was recorded (`2026-07`); None where it was not.
        scope: what the values hold for: a publisher's default, one journal, one group of journals.
        phase: the phase of a submission that they hold for.
        verified: `yes` read in the publisher's own words, `second-hand` quoted elsewhere, `no` not looked up.
    """

    where: str = Field(min_length=1)
    checked: str | None = Field(default=None, pattern=r"^20[0-9]{2}(-(0[1-9]|1[0-2])(-[0-3][0-9])?)?$")
    scope: str = Field(min_length=1)
    phase: str = Field(min_length=1)
    verified: Verified


class Rule(Strict):
    """Base of every stated value.

    Attributes:
        source: key of one of the profile's sources.
        verified: where it differs from that of the source.
        note: what has to be known with it.
    """

    source: Key
    verified: Verified | None = None
    note: str = ""


class Length(Rule):
    """A length in millimetres; `to` where the journal states a range."""

    mm: Millimetres
    to: Millimetres | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Length:
        if self.to is not None and self.to <= self.mm:
            raise ValueError("to must be above mm")
        return self


class Resolution(Rule):
    """Dots per inch at final size; `advised` is what the journal would rather have."""

    least: Dots
    most: Dots | None = None
    advised: Dots | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Resolution:
        if self.most is not None and self.most < self.least:
            raise ValueError("most must not be below least")
        if self.advised is not None and not self.least <= self.advised <= (self.most or self.advised):
            raise ValueError("advised must lie between least and most")
        return self


class PointRange(Rule):
    """Sizes of text or widths of lines in points at final size; at least one bound."""

    least: Points | None = None
    most: Points | None = None

    @model_validator(mode="after")
    def _bounded(self) -> PointRange:
        if self.least is None and self.most is None:
            raise ValueError("needs least or most")
        if self.least is not None and self.most is not None and self.most < self.least:
            raise ValueError("most must not be below least")
        return self


class Formats(Rule):
    """File formats that are accepted; the one that suits best first."""

    accepted: tuple[Format, ...] = Field(min_length=1)


class Modes(Rule):
    """Colour modes that are accepted; the one that suits best first."""

    accepted: tuple[Mode, ...] = Field(min_length=1)


class Names(Rule):
    """Names that are accepted, such as families of fonts."""

    accepted: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field(min_length=1)


class Number(Rule):
    """A count: bytes, bits, a factor."""

    value: Annotated[float, Field(gt=0, strict=True)]


class Flag(Rule):
    """A yes or no."""

    value: Annotated[bool, Field(strict=True)]


class Word(Rule):
    """One word or pattern."""

    value: str = Field(min_length=1, max_length=200)


class Width(Strict):
    """Widths of a figure: of one, one and a half and two columns, and the bounds of any width."""

    least: Length | None = None
    single: Length | None = None
    onehalf: Length | None = None
    double: Length | None = None
    most: Length | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Width:
        stated = [one.mm for one in (self.single, self.onehalf, self.double) if one]
        if stated != sorted(stated):
            raise ValueError("single, onehalf and double must rise")
        if self.least and self.most and self.least.mm > self.most.mm:
            raise ValueError("most must not be below least")
        return self


class Height(Strict):
    """The greatest height; `with_legend` where the legend counts."""

    most: Length | None = None
    with_legend: Flag | None = None


class Dpi(Strict):
    """Dots per inch by kind of picture; `line_art` stands for drawings such as the figures of this program."""

    line_art: Resolution | None = None
    halftone: Resolution | None = None
    combination: Resolution | None = None


class FormatsByKind(Strict):
    """Formats of vector, raster and Office files; `art` is `vector` where drawings must come as vectors."""

    vector: Formats | None = None
    raster: Formats | None = None
    office: Formats | None = None
    art: Word | None = None
    compression: Word | None = None
    layers: Flag | None = None
    alpha: Flag | None = None


class Colour(Strict):
    """Colour modes and bits a channel."""

    modes: Modes | None = None
    bits: Number | None = None


class Fonts(Strict):
    """Families that are accepted, and how they stand in a file."""

    accepted: Names | None = None
    embedded: Flag | None = None
    outlined_eps: Flag | None = None
    truetype: Flag | None = None


class Sizes(Strict):
    """Sizes of text, of sub- and superscripts, of panel letters; widths of lines; all in points."""

    text: PointRange | None = None
    scripts: PointRange | None = None
    panel: PointRange | None = None
    lines: PointRange | None = None


class Panels(Strict):
    """The letters of panels: `lower` or `upper` case, bold or not, in brackets or not."""

    case: Word | None = None
    bold: Flag | None = None
    brackets: Flag | None = None

    @model_validator(mode="after")
    def _known(self) -> Panels:
        if self.case and self.case.value not in ("lower", "upper"):
            raise ValueError("case must be lower or upper")
        return self


class GraphicalAbstract(Strict):
    """The picture beside the abstract; `template`: one to be filled in; `data`: whether data are taken."""

    width: Length | None = None
    height: Length | None = None
    dpi: Resolution | None = None
    text: PointRange | None = None
    formats: Formats | None = None
    name: Word | None = None
    template: Word | None = None
    data: Flag | None = None

    @model_validator(mode="after")
    def _both_sides(self) -> GraphicalAbstract:
        if (self.width is None) != (self.height is None):
            raise ValueError("width and height belong together")
        return self


class Files(Strict):
    """Names and bytes of files, and what is sent.

    Attributes:
        name: the stem of a file, `{number}` for the number of the figure: `Fig{number}`.
        max_bytes: greatest size of one file.
        labelled_and_unlabelled: each picture is sent with its labels and without.
        legends_apart: legends stand in the manuscript or a file of their own, not in the picture.
        border_pt: white border around the art.
        scale: the art is sent so many times its printed size.
        decimal: the decimal sign inside the art.
    """

    name: Word | None = None
    max_bytes: Number | None = None
    labelled_and_unlabelled: Flag | None = None
    legends_apart: Flag | None = None
    border_pt: Number | None = None
    scale: Number | None = None
    decimal: Word | None = None

    @model_validator(mode="after")
    def _numbered(self) -> Files:
        if self.name and "{number}" not in self.name.value:
            raise ValueError("name must hold {number}")
        return self


class Profile(Strict):
    """What one journal or publisher asks of a figure.

    Attributes:
        name: as the command line takes it.
        title: for the reader.
        sources: by key; every rule names one.
        notes: what no rule can hold, such as that an artist redraws the figures.
    """

    name: Key
    title: str = Field(min_length=1)
    sources: dict[Key, Source] = Field(min_length=1)
    width: Width = Width()
    height: Height = Height()
    dpi: Dpi = Dpi()
    formats: FormatsByKind = FormatsByKind()
    colour: Colour = Colour()
    fonts: Fonts = Fonts()
    sizes: Sizes = Sizes()
    panels: Panels = Panels()
    files: Files = Files()
    graphical_abstract: GraphicalAbstract = GraphicalAbstract()
    notes: tuple[Word, ...] = ()

    @model_validator(mode="after")
    def _sourced(self) -> Profile:
        unknown = [
            f"{place}: {rule.source}" for place, rule in self.rules() if rule.source not in self.sources
        ]
        if unknown:
            raise ValueError(f"no such source ({', '.join(unknown)}); known: {', '.join(self.sources)}")
        return self

    def rules(self) -> Iterator[tuple[str, Rule]]:
        """Every stated rule with its dotted place, such as `width.single`."""
        for part in type(self).model_fields:
            value = getattr(self, part)
            if isinstance(value, Strict):
                for name in type(value).model_fields:
                    rule = getattr(value, name)
                    if isinstance(rule, Rule):
                        yield f"{part}.{name}", rule
        for number, note in enumerate(self.notes):
            yield f"notes.{number}", note

    def source_of(self, rule: Rule) -> Source:
        """Where a rule was read."""
        return self.sources[rule.source]

    def verified(self, rule: Rule) -> Verified:
        """How well a rule was verified: its own word, else that of its source."""
        return rule.verified or self.sources[rule.source].verified
