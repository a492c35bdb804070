"""What OLD and NEW of `diff` mean: a version, a file, a folder or a git revision."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poems_report import manifest, provenance
from poems_report.errors import AnalysisError, StudyError, UsageError, VersionError
from poems_report.versions.difference import Difference, compare
from poems_report.versions.frozen import (
    FOLDER,
    MANIFEST,
    RESULTS,
    SETTINGS,
    TAG,
    Frozen,
    frozen_of,
    read_frozen,
    read_release,
    released_versions,
    report_version,
    version_of_project,
)
from poems_report.versions.repository import Repository, repository_of


@dataclass(frozen=True)
class Project:
    """Where versions are looked for.

    Attributes:
        folder: holds `_quarto.yml` and `releases/`.
        data: the study folder within it, for revisions that have no release.
    """

    folder: Path
    data: str = "data"


def find(text: str, project: Project) -> Frozen:
    """The results that a text names.

    A version is looked for in `releases/` and, as the tag `report-<version>`, in git; then come a `results.json`, a
    folder that holds one, a study folder (analysed now), and a git revision. Of a revision the release that is
    frozen there is read if it was made from the data there; else these data are analysed by the present program.

    Raises:
        UsageError: nothing has this name (the message says what there is), or what has it cannot be read.
    """
    version = text.removeprefix(TAG)
    path = Path(text)
    try:
        if version in released_versions(project.folder):
            return read_release(project.folder, version)
        if path.is_file():
            return read_frozen(path, str(path))
        if (path / RESULTS).is_file():
            return read_frozen(path / RESULTS, str(path / RESULTS))
        if (path / "study.yml").is_file():
            return Frozen(f"{path}, analysed now", _analysed(path), _present(project))
        return _revision(text, project)
    except (AnalysisError, StudyError, VersionError, OSError) as error:
        raise UsageError(f"{text}: {_without_name(str(error), text)}") from None


def difference(old: Frozen, new: Frozen) -> Difference:
    """What changed between two versions.

    Raises:
        UsageError: one of them has the parts of a `results.json`, but not their content.
    """
    try:
        return compare(old.results, new.results, old.made, new.made)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise UsageError(f"{old.source}, {new.source}: not both are a results.json of this program") from None


def _present(project: Project) -> dict[str, Any]:
    """What a manifest made now would say of program and report."""
    made = manifest.software()
    if (project.folder / SETTINGS).is_file():
        made["report"] = {"version": version_of_project(project.folder)}
    return made


def _without_name(message: str, name: str) -> str:
    return message.removeprefix(f"{name}: ")


def _revision(text: str, project: Project) -> Frozen:
    try:
        repository = repository_of(project.folder)
    except VersionError as error:
        raise VersionError(f"no file, folder or release of this name{_known(project)}; {error}") from None
    commit = repository.commit_of(f"refs/tags/{TAG}{text}") or repository.commit_of(text)
    if commit is None:
        raise VersionError(
            f"no file, folder, release or git revision of this name{_known(project, repository)}"
        )
    return at_commit(repository, commit, project.data)


def _known(project: Project, repository: Repository | None = None) -> str:
    tags = [tag.removeprefix(TAG) for tag in repository.tags(f"{TAG}*")] if repository else []
    versions = list(dict.fromkeys((*released_versions(project.folder), *tags)))
    return f" (releases: {', '.join(versions)})" if versions else " (there is no release yet)"


def at_commit(repository: Repository, commit: str, data: str) -> Frozen:
    """The results of a commit: frozen there from its data, else of its data, analysed by the present program.

    Raises:
        VersionError: the commit has neither a release of its version nor this study folder.
        StudyError: the present program refuses the data.
    """
    version = _version_at(repository, commit)
    frozen = _frozen_at(repository, commit, version) if version else None
    with tempfile.TemporaryDirectory(prefix="revision-") as folder:
        study = Path(folder) / Path(data).name
        try:
            repository.export(commit, data, study)
        except VersionError:
            if frozen is None:
                raise VersionError(f"commit {commit[:12]} has no folder {data}") from None
            return frozen
        if frozen and _made_from(frozen, study):
            return frozen
        source = (
            f"commit {commit[:12]}, where nothing is frozen from {data}: "
            f"analysed by the present program, poems-report {provenance.package_version()}"
        )
        return Frozen(source, _analysed(study), {"report": {"version": version}})


def _version_at(repository: Repository, commit: str) -> str | None:
    try:
        return report_version(repository.read(commit, SETTINGS) or b"")
    except VersionError:
        return None


def _frozen_at(repository: Repository, commit: str, version: str) -> Frozen | None:
    names = [f"{FOLDER}/{version}/{name}" for name in (RESULTS, MANIFEST)]
    results, made = (repository.read(commit, name) for name in names)
    source = f"{FOLDER}/{version} at commit {commit[:12]}"
    return frozen_of(results, made, source) if results else None


def _made_from(frozen: Frozen, study: Path) -> bool:
    inputs = (frozen.made or {}).get("inputs", {})
    listed = {name: digest for name, digest in inputs.items() if name.startswith(f"{study.name}/")}
    return bool(listed == manifest.study_hashes(study))


def _analysed(data: Path) -> dict[str, Any]:
    from poems_report.analysis import analyse
    from poems_report.study import load_study

    content: dict[str, Any] = json.loads(provenance.to_json(analyse(load_study(data)).to_dict()))
    return content
