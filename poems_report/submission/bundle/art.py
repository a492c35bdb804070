"""The figures as the journal wants them, each file checked as a desk would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from poems_report.errors import DocumentError, FigureError
from poems_report.figures import NAMES, Figure, figure
from poems_report.figures.blank import blank_figure
from poems_report.figures.graphical_abstract import graphical_abstract
from poems_report.labels import labels
from poems_report.provenance import to_json
from poems_report.submission.abstract import STEM
from poems_report.submission.bundle.members import Member
from poems_report.submission.checking import printed
from poems_report.submission.checking.check import ABSTRACT, KINDS, check_file
from poems_report.submission.checking.verdict import ASK, FAIL, Checked
from poems_report.submission.journal_export import export_for_journal
from poems_report.submission.plan import Plan

if TYPE_CHECKING:
    from poems_report.analysis import Results
    from poems_report.study import Study

READ = {".eps", ".jpeg", ".jpg", ".pdf", ".png", ".svg", ".tif", ".tiff"}
"""Suffixes of the files that the checker opens."""


@dataclass(frozen=True, eq=False)
class Art:
    """The figures.

    Attributes:
        members: art, legends, source data and their record, verdicts.
        count: how many figures there are.
        checked: the verdicts on the files that could be opened.
        unread: names of the files that no reader opens.
        notes: of the export.
        left: what is wrong or missing, one line each.
    """

    members: tuple[Member, ...]
    count: int
    checked: tuple[Checked, ...]
    unread: tuple[str, ...]
    notes: tuple[str, ...]
    left: tuple[str, ...]


def art(study: Study, results: Results, plan: Plan, folder: Path, progress: Callable[[str], None]) -> Art:
    """Make and check all figures, and the graphical abstract where the journal states the size of one.

    Args:
        study: the study.
        results: what `analyse` says of it.
        plan: the journal's profile and the width.
        folder: an empty folder for the files.
        progress: called with a short text at every figure.

    Raises:
        DocumentError: a figure could not be made; named.
    """
    needs: dict[str, str] = {}
    current = NAMES[0]

    def make(name: str, width_mm: float) -> Figure:
        nonlocal current
        current = name
        progress(f"figure {name}")
        try:
            return figure(name, study, results, width_mm)
        except FigureError as error:
            needs[name] = error.needs
            return blank_figure(name, error.needs, study, width_mm)

    wanted = plan.profile.graphical_abstract.width is not None
    try:
        done = export_for_journal(
            NAMES,
            make,
            plan,
            folder,
            abstract=partial(graphical_abstract, study, results) if wanted else None,
        )
    except Exception as error:
        raise DocumentError(f"the figure {current} could not be made: {error}") from error
    drawn = {one.file for one in done.files}
    checked, unread = [], []
    for name in sorted(drawn):
        if Path(name).suffix in READ:
            progress(f"checking {name}")
            kind = ABSTRACT if name.startswith(STEM) else KINDS[0]
            checked.append(check_file(folder / name, plan.profile, kind, pictures=True))
        else:
            unread.append(name)
    words = labels()
    left = [
        words.text("bundle.missing.figure", number=NAMES.index(name) + 1, name=name, needs=what)
        for name, what in needs.items()
    ]
    left += [
        one.refused or words.text("bundle.missing.wrong", name=one.name, count=len(one.of(FAIL)))
        for one in checked
        if one.failed
    ]
    asked = dict.fromkeys(
        (printed.name_of(finding), finding.note) for one in checked for finding in one.of(ASK)
    )
    left += [words.text("bundle.missing.ask", rule=rule, note=note) for rule, note in asked]
    members = [_member(path, folder, drawn) for path in sorted(folder.rglob("*")) if path.is_file()]
    members += [
        Member("checks/figures.html", printed.page(checked, plan.profile), "check"),
        Member("checks/figures.json", to_json(printed.as_json(checked, plan.profile)), "check"),
    ]
    return Art(
        members=tuple(members),
        count=len(NAMES),
        checked=tuple(checked),
        unread=tuple(unread),
        notes=done.notes,
        left=tuple(left),
    )


def _member(path: Path, folder: Path, drawn: set[str]) -> Member:
    """A file of the export by the part that it plays; what the export adds later is its record."""
    name = path.relative_to(folder).as_posix()
    content = path.read_bytes()
    if name in drawn:
        return Member(f"figures/{name}", content, "figure")
    if name.startswith("source-data"):
        place = name if "/" in name else f"source-data/{name}"
        return Member(place, content, "source_data")
    role = "legends" if name.startswith(("legends", "descriptions", STEM)) else "record"
    return Member(f"figures/{name}", content, role)
