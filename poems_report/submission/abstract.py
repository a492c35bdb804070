"""What a journal asks of a graphical abstract, as the profile of a figure of its own."""

from __future__ import annotations

from collections.abc import Iterator

from poems_report.submission.profile import (
    Dpi,
    FormatsByKind,
    GraphicalAbstract,
    Height,
    Profile,
    Width,
    Word,
)
from poems_report.submission.profiles import GENERIC, profile

STEM = "GraphicalAbstract"


def abstract_profile(journal: Profile) -> Profile:
    """The journal's profile with size, resolution, letters, formats and name of a graphical abstract.

    What the journal does not state of it is that of its figures; the size, that of the default profile.
    """
    stated, default = journal.graphical_abstract, profile(GENERIC).graphical_abstract
    size = stated if stated.width else default
    formats = FormatsByKind(vector=stated.formats) if stated.formats else journal.formats
    dpi = stated.dpi or (None if stated.formats or journal.dpi.line_art else default.dpi)
    name = default.name or Word(value=STEM, source="default")
    return journal.model_copy(
        update={
            "sources": {**profile(GENERIC).sources, **journal.sources},
            "width": Width(single=size.width),
            "height": Height(most=size.height),
            "dpi": Dpi(line_art=dpi) if dpi else journal.dpi,
            "formats": formats,
            "sizes": journal.sizes.model_copy(update={"text": stated.text or journal.sizes.text}),
            "files": journal.files.model_copy(
                update={"name": name, "scale": None, "labelled_and_unlabelled": None}
            ),
        }
    )


def abstract_size(journal: Profile) -> tuple[float, float]:
    """Width and height in millimetres."""
    stated = journal.graphical_abstract
    width, height = stated.width, stated.height
    if width is None or height is None:
        return abstract_size(profile(GENERIC))
    return width.mm, height.mm


def abstract_notes(journal: Profile) -> Iterator[str]:
    """What a desk should know of the graphical abstract."""
    stated: GraphicalAbstract = journal.graphical_abstract
    width, height = abstract_size(journal)
    if not stated.width:
        size = f"{width:g} x {height:g} mm"
        yield f"{journal.name} states no size of a graphical abstract; {size} is this program's default"
    if stated.template:
        yield f"graphical abstract: {stated.template.value}"
    if stated.data and not stated.data.value:
        yield "graphical abstract: no item of data is taken; this one shows counts of patients"
