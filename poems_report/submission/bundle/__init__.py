"""The bundle: everything that a corresponding author uploads for one journal, in one zip file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poems_report import provenance
from poems_report.manifest import NAME as MANIFEST
from poems_report.manifest import input_hashes, software
from poems_report.submission.bundle import letters, meca
from poems_report.submission.bundle.facts import Facts
from poems_report.submission.bundle.members import Member, ordered
from poems_report.submission.bundle.packing import packed, refuse_unwritable
from poems_report.submission.bundle.request import Request, folders

if TYPE_CHECKING:
    from poems_report.submission.bundle.art import Art
    from poems_report.submission.bundle.manuscripts import Manuscripts

__all__ = ["Bundle", "Member", "Request", "bundle", "folders", "make_members"]

CITATION = "CITATION.cff"
SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Bundle:
    """A finished bundle.

    Attributes:
        members: its files, in order; the manifest is the last one.
        left: what is left to do before it can be sent, one line each.
    """

    members: tuple[Member, ...]
    left: tuple[str, ...]


def bundle(request: Request, progress: Callable[[str], None] = lambda _: None) -> Bundle:
    """Make a bundle and write it; where anything fails, no file is touched.

    Args:
        request: project, study, journal and output.
        progress: called with a short text at every step.

    Raises:
        UsageError: the output is no name of a zip file.
        StudyError: the study cannot be used.
        RenderError: a chapter could not be rendered; named.
        CheckError: a finished document has faults.
        DocumentError: a figure could not be made; the output cannot be written.
    """
    refuse_unwritable(request.output)
    made = make_members(request, progress)
    progress("packing")
    provenance.write_atomically(request.output, packed(made.members))
    return made


def make_members(request: Request, progress: Callable[[str], None] = lambda _: None) -> Bundle:
    """Make the files of a bundle without writing any; see `bundle`."""
    from poems_report.analysis import analyse
    from poems_report.labels import labels
    from poems_report.manuscript.report import Report
    from poems_report.study import load_study
    from poems_report.submission.bundle.art import art
    from poems_report.submission.bundle.manuscripts import manuscripts

    study = load_study(request.data)
    results = analyse(study)
    with tempfile.TemporaryDirectory(prefix="bundle-") as name:
        work = Path(name)
        drawn = art(study, results, request.plan, work / "figures", progress)
        written = manuscripts(request, work, study.config.title, progress)
    clock = provenance.clock(request.project)
    facts = Facts(
        study=study,
        results=results,
        journal=request.plan.profile,
        manuscript=written.word,
        software=Report(study, results, labels()).software,
        date=f"{clock.day} {clock:%B %Y}",
    )
    letter, title_page = (letters.text(f"{one}.txt.j2", facts) for one in ("letter", "title-page"))
    citation, missing = _citation(request.project)
    parts = [
        Member("cover-letter.docx", letters.word(letter, facts.title), "letter"),
        Member("title-page.docx", letters.word(title_page, facts.title), "title_page"),
        Member(
            "statements/data-availability.txt", letters.statement("data-availability", facts), "statement"
        ),
        Member("statements/software.txt", letters.statement("software", facts), "statement"),
        *written.members,
        *drawn.members,
        *citation,
        Member("results.json", provenance.to_json(results.to_dict()), "results"),
    ]
    words = labels()
    left = (
        *facts.missing(),
        words.text("bundle.missing.letter", count=letters.open_places(letter)),
        words.text("bundle.missing.title_page", count=letters.open_places(title_page)),
        *drawn.left,
        *written.left,
        *missing,
        words["bundle.missing.limits"],
    )
    if request.meca:
        parts += [*meca.article(written.article, written.images, facts), meca.transfer(facts)]
        parts = [one for one in parts if one.role not in meca.NOT_SENT]
    else:
        parts += _summary(parts, facts, request, drawn, written.pages, left)
    listed = list(ordered(parts))
    record = _record(request, facts, drawn, written)
    if request.meca:
        described = [*listed, Member(MANIFEST, b"", "record")]
        listed = [meca.manifest(described), *listed]
    record["outputs"] = {one.name: provenance.sha256_bytes(one.content) for one in listed}
    return Bundle((*listed, Member(MANIFEST, provenance.to_json(record), "record")), left)


def _summary(
    parts: list[Member], facts: Facts, request: Request, drawn: Art, pages: int, left: tuple[str, ...]
) -> list[Member]:
    from poems_report.submission.bundle.summary import Summary

    made = Summary(
        facts=facts,
        columns=request.plan.columns,
        figures=drawn.count,
        checked=drawn.checked,
        unread=drawn.unread,
        notes=drawn.notes,
        left=left,
        pages=pages,
        contents=ordered(parts),
    )
    return [Member("summary.html", made.page(), "summary"), Member("summary.txt", made.text(), "summary")]


def _citation(project: Path) -> tuple[list[Member], list[str]]:
    from poems_report.labels import labels

    path = project / CITATION
    if path.is_file():
        return [Member(CITATION, path.read_bytes(), "citation")], []
    return [], [labels()["bundle.missing.citation"]]


def _record(request: Request, facts: Facts, drawn: Art, written: Manuscripts) -> dict[str, Any]:
    """The manifest but for the hashes of the files."""
    plan, identity = request.plan, facts.results.study
    return {
        "schema": SCHEMA,
        **software(),
        "journal": {
            "name": plan.profile.name,
            "title": plan.profile.title,
            "columns": plan.columns,
            "sources": {key: one.model_dump() for key, one in plan.profile.sources.items()},
        },
        "report": {"engine": written.engine},
        "study": {
            key: identity[key] for key in ("title", "version", "data_version", "provenance", "patients")
        },
        "commit": provenance.commit(request.project),
        "date": provenance.clock(request.project).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "figures": {
            one.name: {
                "refused": one.refused,
                **{
                    verdict: len(one.of(verdict))
                    for verdict in dict.fromkeys(f.verdict for f in one.findings)
                },
            }
            for one in drawn.checked
        },
        "unread": list(drawn.unread),
        "inputs": input_hashes(request.project, request.data),
    }
