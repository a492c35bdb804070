"""Freeze the current version of the report: results and manifest in `releases/`, an entry of the changelog, a tag."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poems_report import manifest, provenance
from poems_report.errors import VerificationError, VersionError
from poems_report.versions.difference import Difference, compare
from poems_report.versions.frozen import (
    FOLDER,
    MANIFEST,
    RESULTS,
    SETTINGS,
    TAG,
    Frozen,
    frozen_of,
    previous_version,
    read_release,
    version_of_project,
)
from poems_report.versions.repository import Repository, repository_of

CHANGELOG = "CHANGELOG.md"
_SHOWN = 10


@dataclass(frozen=True)
class Released:
    """A version that was frozen.

    Attributes:
        version: of the report.
        tag: its annotated tag.
        commit: the commit that the tag names; it holds the release.
        entry: the line that was added to the changelog.
    """

    version: str
    tag: str
    commit: str
    entry: str


def ready(project: Path, version: str | None = None) -> str:
    """The version of the report, if the project can be released.

    Args:
        project: folder with `_quarto.yml`, in a git repository.
        version: refuse every other version.

    Raises:
        VersionError: everything that stands in the way, one line each: another version than `version`, one that is
            released already, files that differ from the last commit, nobody whom git could name as author.
    """
    found = version_of_project(project)
    repository = repository_of(project)
    failures = []
    if version is not None and version != found:
        failures.append(f"the report's version is {found} ({SETTINGS}), not {version}")
    if (project / FOLDER / found).exists():
        failures.append(f"{found} is released already: {FOLDER}/{found}; set a new version in {SETTINGS}")
    if repository.answers("show-ref", "--verify", "--quiet", f"refs/tags/{TAG}{found}"):
        failures.append(f"{found} is released already: tag {TAG}{found}; set a new version in {SETTINGS}")
    if not repository.commit_of("HEAD"):
        failures.append("there is no commit yet; commit the project first")
    if changed := repository.changes():
        more = f"\n  and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        listed = "".join(f"\n  {line}" for line in changed[:_SHOWN])
        failures.append(f"commit or remove what differs from the last commit:{listed}{more}")
    if not _named(repository):
        failures.append(
            "git does not know who releases; run: git config user.name 'Your Name' and "
            "git config user.email you@example.org"
        )
    if failures:
        raise VersionError("\n".join(failures))
    return found


def release(project: Path, output: Path, data: Path, version: str | None = None) -> Released:
    """Freeze the current version; nothing is changed if anything is in the way.

    Commit and tag carry the time of `provenance.clock`, so that documents made from the tag keep their date.

    Args:
        project: folder with `_quarto.yml`, in a git repository.
        output: folder of the outputs, with their manifest.
        data: the study folder that they were made from.
        version: refuse every other version.

    Raises:
        VersionError: as `ready`; or the outputs were made from another version, commit or input; or git failed.
        VerificationError: the outputs do not match their manifest.
        AnalysisError: the results are not those of this program.
    """
    found = ready(project, version)
    repository = repository_of(project)
    manifest.verify(output)
    files = {name: _read(output / name) for name in (RESULTS, MANIFEST)}
    frozen = frozen_of(files[RESULTS], files[MANIFEST], str(output / RESULTS))
    made = json.loads(files[MANIFEST])
    _refuse_stale(made, found, project, data)
    entry = _entry(found, frozen, project)
    epoch = provenance.source_date_epoch(project)
    changelog = project / CHANGELOG
    before = changelog.read_bytes() if changelog.exists() else None
    text = with_entry((before or b"").decode(), found, f"{provenance.clock(project):%Y-%m-%d}", entry)
    folder = project / FOLDER / found
    try:
        for name, content in files.items():
            provenance.write_atomically(folder / name, content)
        provenance.write_atomically(changelog, text.encode())
        commit = _commit(repository, found, epoch)
    except BaseException:
        _undo(repository, folder, changelog, before)
        raise
    return Released(found, f"{TAG}{found}", commit, entry)


def with_entry(changelog: str, version: str, date: str, entry: str) -> str:
    """The changelog with an entry for a version: under its heading, which gets the date, or under a new one."""
    heading = re.search(rf"^## {re.escape(version)}(?: \(unreleased\))?[ \t]*$", changelog, re.MULTILINE)
    if heading:
        above, below = changelog[: heading.start()], changelog[heading.end() :].strip("\n")
    else:
        first, _, rest = (
            changelog.partition("\n") if changelog.startswith("# ") else ("# Changelog", "", changelog)
        )
        above, below = f"{first}\n\n", rest.strip("\n")
    gap = "\n" if below.startswith("- ") else "\n\n"
    return f"{above}## {version} ({date})\n\n- {entry}\n" + (f"{gap[1:]}{below}\n" if below else "")


def _named(repository: Repository) -> bool:
    """Whether git has a name and an address, without guessing them from the machine."""
    asked = ("-c", "user.useConfigOnly=true", "var")
    return all(repository.answers(*asked, f"GIT_{role}_IDENT") for role in ("AUTHOR", "COMMITTER"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise VerificationError(f"{path}: missing; `make report` makes it") from None


def _refuse_stale(made: dict[str, Any], version: str, project: Path, data: Path) -> None:
    failures = []
    stated = made.get("report", {}).get("version")
    if stated != version:
        failures.append(f"the outputs are of version {stated}, the report's is {version}")
    if made.get("commit") != provenance.commit(project):
        failures.append(
            f"the outputs were made at commit {str(made.get('commit'))[:12]}, not at the last one"
        )
    listed, here = made.get("inputs", {}), manifest.input_hashes(project, data)
    differ = sorted(name for name in {*listed, *here} if listed.get(name) != here.get(name))
    failures += [f"{name}: not as it was when the outputs were made" for name in differ[:_SHOWN]]
    if made.get("program") != manifest.software()["program"]:
        failures.append("the program is not the one that made the outputs")
    if failures:
        raise VersionError("\n".join([*failures, "make the outputs again: make clean report"]))


def _entry(version: str, frozen: Frozen, project: Path) -> str:
    content = frozen.results
    claims = content["claims"].values()
    hold = sum(one["verdict"] == "holds" for one in claims)
    text = (
        f"Report {version} released (tag `{TAG}{version}`): data {content['study']['data_version']}, "
        f"{len(content['results'])} results, {hold} of {len(claims)} claims hold."
    )
    previous = previous_version(project, version)
    if previous is None:
        return text
    earlier = read_release(project, previous)
    found = compare(earlier.results, content, earlier.made, frozen.made)
    return f"{text}\n  Since {previous}: {_counted(found)}."


def _counted(found: Difference) -> str:
    counts = [f"{part} {len(some)}" for part, some in found.parts.items() if some]
    return f"changed {', '.join(counts)}" if counts else "nothing changed"


def _commit(repository: Repository, version: str, epoch: int) -> str:
    dates = {"GIT_AUTHOR_DATE": f"@{epoch} +0000", "GIT_COMMITTER_DATE": f"@{epoch} +0000"}
    repository.run("add", "--", f"{FOLDER}/{version}", CHANGELOG)
    before = repository.run("rev-parse", "HEAD")
    repository.run("commit", "--quiet", "-m", f"Report {version}", environment=dates)
    try:
        repository.run("tag", "-a", f"{TAG}{version}", "-m", f"Report {version}", environment=dates)
    except BaseException:
        repository.run("reset", "--quiet", "--soft", before)
        raise
    return repository.run("rev-parse", "HEAD")


def _undo(repository: Repository, folder: Path, changelog: Path, before: bytes | None) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if not any(folder.parent.glob("*")):
        shutil.rmtree(folder.parent, ignore_errors=True)
    if before is None:
        changelog.unlink(missing_ok=True)
    else:
        provenance.write_atomically(changelog, before)
    repository.answers("reset", "--quiet")
