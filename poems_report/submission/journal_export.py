"""The figures of a study as a named journal asks for them: made for their size, never scaled afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from poems_report.errors import FigureError
from poems_report.figures import Figure
from poems_report.figures.composite import Composite, compose
from poems_report.figures.files import SVG, drawn, encoded, pixels, vector
from poems_report.figures.room import crowded
from poems_report.figures.theme import lettered
from poems_report.figures.trace import Trace, trace
from poems_report.labels import labels
from poems_report.provenance import sha256_bytes, to_json, write_atomically
from poems_report.submission import office, source_data
from poems_report.submission.abstract import STEM, abstract_notes, abstract_profile, abstract_size
from poems_report.submission.cmyk import separated
from poems_report.submission.plan import PPTX, RASTERS, SUFFIXES, Plan

RECORD = "export.json"
UNLABELLED = "-unlabelled"
_PLACES = 2
_T = TypeVar("_T")


@dataclass(frozen=True)
class Made:
    """One file of a figure, as `export.json` records it.

    Attributes:
        file: its name.
        figure: name of the figure.
        panels: names of the figures that it joins; empty for a single one.
        number: of the figure in the manuscript; 0 for the graphical abstract.
        format: `pdf`, `eps`, `outlined-eps`, `svg`, `tiff`, `jpeg`, `png` or `pptx`.
        width_mm: of the art.
        height_mm: of the art.
        dpi: of a picture; None for vectors.
        mode: `RGB`, `L` or `CMYK`.
        text_pt: every size of text in it, rising.
        lines_pt: every width of line in it, rising.
        fonts: families of its letters.
        bytes: size of the file.
        sha256: of its bytes.
    """

    file: str
    figure: str
    panels: tuple[str, ...]
    number: int
    format: str
    width_mm: float
    height_mm: float
    dpi: int | None
    mode: str
    text_pt: tuple[float, ...]
    lines_pt: tuple[float, ...]
    fonts: tuple[str, ...]
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Export:
    """What was written, and what the journal's desk should know.

    Attributes:
        files: the art, in order of the figures, composites last.
        composites: names of those that were made.
        notes: sizes that the journal does not state, heights and bytes above its limits, fonts that stand in.
    """

    files: tuple[Made, ...]
    notes: tuple[str, ...]
    composites: tuple[str, ...] = ()


def export_for_journal(
    names: Sequence[str],
    make: Callable[[str, float], Figure],
    plan: Plan,
    output: Path,
    done: Callable[[Figure], None] | None = None,
    composites: Sequence[Composite] = (),
    abstract: Callable[[float, float], Figure] | None = None,
) -> Export:
    """Make every figure for the journal's width and write all that its desk asks for.

    A figure that does not fit at this width (see `fitting`) is made at the next one that lets it fit. A composite
    that is higher than the journal allows at every width is not written; a note names it.

    Args:
        names: of the figures, in the order of the manuscript.
        make: makes a figure of this name for a width in millimetres.
        plan: the journal's profile and what was chosen.
        output: folder; made where it is missing.
        done: called after each figure, for a progress bar.
        composites: figures that are also joined as panels of one; numbered after the single ones.
        abstract: makes the graphical abstract for a width and a height in millimetres; None for none. One that the
            study cannot carry at the journal's size is left out; a note says why.

    Returns:
        the files and notes, which also stand in `export.json`; beside the art stand `legends.txt`,
        `legends.docx`, `descriptions.txt`, `source-data.xlsx` and `source-data/` with a CSV a figure or panel and a
        README.
    """
    notes = list(plan.notes())
    figures: list[Figure] = []
    files: list[Made] = []
    joined: dict[str, Callable[[str, float], Figure]] = {
        one.name: partial(_composed, composite=one, make=make) for one in composites
    }
    with lettered(plan.letters):
        for name in (*names, *joined):
            number = len(figures) + 1
            files_of = partial(_contents, stem=plan.stem(number), plan=plan)
            figure, (contents, traced), said = fitting(name, joined.get(name, make), plan, files_of)
            notes += said
            if name in joined and figure.height_mm > plan.highest_mm:
                notes.append(
                    f"refused: composite {name}, {figure.height_mm:g} mm high at {figure.width_mm:g} mm"
                )
                continue
            for one, content in contents:
                write_atomically(output / one, content)
            files += _recorded(contents, figure, number, plan, traced)
            figures.append(figure)
            if done is not None:
                done(figure)
    if abstract is not None:
        made, said = _graphical_abstract(abstract, plan, output)
        files += made
        notes += said
    notes += _too_large(files, plan)
    stems = [plan.stem(number) for number in range(1, len(figures) + 1)]
    for name, content in _beside(figures, stems).items():
        write_atomically(output / name, content)
    write_atomically(output / RECORD, to_json(record(files, notes, plan)))
    return Export(tuple(files), tuple(notes), tuple(one.name for one in figures if one.panels))


def _graphical_abstract(
    make: Callable[[float, float], Figure], plan: Plan, output: Path
) -> tuple[list[Made], list[str]]:
    """The files of the graphical abstract, with its description, and what the desk should know."""
    own = replace(plan, profile=abstract_profile(plan.profile), columns="single")
    with lettered(own.letters):
        try:
            figure = make(*abstract_size(plan.profile))
        except FigureError as error:
            return [], [f"no graphical abstract: it needs {error.needs}"]
        with drawn(figure) as art:
            said = [f"does not fit: graphical abstract: {one}" for one in crowded(art)]
            contents, traced = _contents(figure, art, STEM, own)
    words = (f"{STEM}.txt", f"{figure.alt}\n".encode())
    for name, content in (*contents, words):
        write_atomically(output / name, content)
    return _recorded(contents, figure, 0, own, traced), [*abstract_notes(plan.profile), *said]


def _composed(_: str, width_mm: float, composite: Composite, make: Callable[[str, float], Figure]) -> Figure:
    return compose(composite, make, width_mm)


def fitting(
    name: str, make: Callable[[str, float], Figure], plan: Plan, then: Callable[[Figure, Any], _T]
) -> tuple[Figure, _T, list[str]]:
    """The figure at the asked width or the next one at which it fits, and why it is not the asked one.

    It fits where it is no higher than the journal allows, no word is cut and none lies on another. Where it fits
    at no width it is made at the widest, and the notes say what is wrong at each.

    Args:
        name: of the figure.
        make: makes a figure of this name for a width in millimetres.
        plan: the journal's profile and what was chosen.
        then: what is done with the figure and its drawing; its answer is the second returned.
    """
    reasons: list[str] = []
    widths = tuple(plan.widths())
    for position, (columns, width_mm) in enumerate(widths, start=1):
        figure = make(name, width_mm)
        with drawn(figure) as art:
            wrong = _unfit(figure, art, plan)
            if not wrong:
                notes = [f"{one}; made at {width_mm:g} mm ({columns})" for one in reasons[:1]]
                return figure, then(figure, art), notes
            reasons.append(f"{name} at {width_mm:g} mm: {wrong}")
            if position == len(widths):
                return figure, then(figure, art), [f"does not fit: {one}" for one in reasons]
    raise AssertionError("a plan has at least one width")


def _unfit(figure: Figure, art: Any, plan: Plan) -> str:
    if figure.height_mm > plan.highest_mm:
        return f"{figure.height_mm:g} mm high, above {plan.highest_mm:g} mm"
    return ", ".join(crowded(art))


def record(files: Sequence[Made], notes: Sequence[str], plan: Plan) -> Mapping[str, Any]:
    """What `export.json` holds."""
    return {
        "schema": 1,
        "journal": plan.profile.name,
        "columns": plan.columns,
        "notes": list(notes),
        "files": {one.file: asdict(one) for one in files},
    }


def _contents(figure: Figure, art: Any, stem: str, plan: Plan) -> tuple[list[tuple[str, bytes]], Trace]:
    """Every file of a figure with its name, and what the art consists of."""
    traced = trace(art)
    made = []
    for form in plan.formats:
        if form == PPTX:
            made.append((f"{stem}.{SUFFIXES[form]}", office.slide(traced, figure, plan.meant)))
        elif form not in RASTERS:
            content = vector(art, figure.name, form)
            if form == SVG and plan.meant:
                content = _named_first(content, plan.meant, plan.letters.font)
            made.append((f"{stem}.{SUFFIXES[form]}", content))
    made += _pictures(art, stem, plan)
    if plan.unlabelled:
        _hide_words(art)
        made += _pictures(art, f"{stem}{UNLABELLED}", plan)
    return made, traced


def _named_first(svg: bytes, meant: str, stand_in: str) -> bytes:
    """Live letters in the journal's family where the reader has it, else in the one that stands for it."""
    return svg.replace(f"'{stand_in}'".encode(), f"'{meant}', '{stand_in}'".encode())


def _pictures(art: Any, stem: str, plan: Plan) -> list[tuple[str, bytes]]:
    forms = [form for form in plan.formats if form in RASTERS]
    if not forms:
        return []
    flat = pixels(art, plan.dpi)
    made = []
    inked = separated(flat, plan.icc) if plan.icc is not None else None
    for form in forms:
        mode = plan.mode_of(form)
        picture = inked if mode == "CMYK" else flat.convert(mode)
        icc = plan.icc if mode == "CMYK" else None
        made.append((f"{stem}.{SUFFIXES[form]}", encoded(picture, form, plan.dpi, icc)))
    return made


def _hide_words(art: Any) -> None:
    from matplotlib.text import Text

    for text in art.findobj(Text):
        text.set_visible(False)


def _recorded(
    contents: Sequence[tuple[str, bytes]], figure: Figure, number: int, plan: Plan, traced: Trace
) -> list[Made]:
    forms = {SUFFIXES[form]: form for form in plan.formats}
    found = []
    for name, content in contents:
        form = forms[name.rpartition(".")[2]]
        unlabelled = UNLABELLED in name
        found.append(
            Made(
                file=name,
                figure=figure.name,
                panels=tuple(one.name for _, one in figure.panels),
                number=number,
                format=form,
                width_mm=round(figure.width_mm, _PLACES),
                height_mm=round(figure.height_mm, _PLACES),
                dpi=plan.dpi if form in RASTERS else None,
                mode=plan.mode_of(form),
                text_pt=() if unlabelled else traced.text_sizes,
                lines_pt=traced.line_widths,
                fonts=() if unlabelled else traced.families,
                bytes=len(content),
                sha256=sha256_bytes(content),
            )
        )
    return found


def _too_large(files: Sequence[Made], plan: Plan) -> list[str]:
    limit = plan.profile.files.max_bytes
    if limit is None:
        return []
    return [
        f"{one.file}: {one.bytes} bytes, above the journal's {limit.value:.0f}"
        for one in files
        if one.bytes > limit.value
    ]


def _beside(figures: Sequence[Figure], stems: Sequence[str]) -> dict[str, bytes]:
    """Legends, descriptions for readers who do not see the figures, and source data, by name."""
    words = labels()
    texts = [
        f"{words.text('figure.number', number=number)}. {figure.caption}"
        for number, figure in enumerate(figures, start=1)
    ]
    alts = [
        f"{words.text('figure.number', number=number)}. {figure.alt}"
        for number, figure in enumerate(figures, start=1)
    ]
    tables = {
        f"source-data/{stem}.csv": source_data.csv(figure)
        for stem, figure in source_data.tables(figures, stems)
    }
    return {
        "legends.txt": ("\n\n".join(texts) + "\n").encode(),
        "descriptions.txt": ("\n\n".join(alts) + "\n").encode(),
        "legends.docx": office.legends(figures),
        "source-data.xlsx": source_data.workbook(figures, stems),
        "source-data/README.txt": source_data.readme(figures, stems),
        **tables,
    }
