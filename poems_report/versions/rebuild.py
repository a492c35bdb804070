"""Rebuild the results of a release from its tag, with the program of that tag, and compare them by their bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poems_report import manifest, provenance
from poems_report.errors import UsageError, VerificationError, VersionError
from poems_report.versions.difference import compare
from poems_report.versions.frozen import FOLDER, MANIFEST, RESULTS, TAG, Frozen, frozen_of
from poems_report.versions.repository import Repository, repository_of
from poems_report.versions.wording import lines_of

_SECONDS = 3600
_PROGRAM = "from poems_report.cli import main; main()"


@dataclass(frozen=True)
class Rebuilt:
    """A release that gave the same bytes again.

    Attributes:
        commit: the commit of its tag.
        sha256: of `results.json`.
        libraries: what differs between the libraries then and now, one text each.
    """

    version: str
    tag: str
    commit: str
    sha256: str
    libraries: tuple[str, ...]


def rebuild(project: Path, version: str, data: str = "data") -> Rebuilt:
    """Check a release: its files as in the tag, and its results the same when the tag's program computes them again.

    The tag is checked out into a temporary folder; the analysis runs there, in a process of its own, with the
    package source of the tag and the libraries of the present environment.

    Args:
        project: folder with `_quarto.yml`, in a git repository.
        version: of the release.
        data: the study folder: within the project at the tag, else a folder of its own.

    Raises:
        UsageError: there is no such release; the message names those that there are.
        VersionError: the tag holds no release, or cannot be checked out.
        VerificationError: something differs; one line each, and what differs between the libraries.
    """
    repository = repository_of(project)
    tag = version if version.startswith(TAG) else f"{TAG}{version}"
    version = tag.removeprefix(TAG)
    commit = repository.commit_of(f"refs/tags/{tag}")
    if commit is None:
        known = [one.removeprefix(TAG) for one in repository.tags(f"{TAG}*")]
        raise UsageError(f"there is no release {version}; there is {', '.join(known) or 'none yet'}")
    stored = {name: repository.read(commit, f"{FOLDER}/{version}/{name}") for name in (RESULTS, MANIFEST)}
    for name, content in stored.items():
        if content is None:
            raise VersionError(f"{tag}: it holds no {FOLDER}/{version}/{name}")
    frozen = frozen_of(stored[RESULTS] or b"", stored[MANIFEST], f"{FOLDER}/{version} at {tag}")
    made = frozen.made or {}
    again = _computed_again(repository, commit, data)
    failures = [*_altered(project, version, stored), *_unlisted(frozen)]
    if again != stored[RESULTS]:
        failures += _different(frozen, again)
    libraries = _libraries(made)
    if failures:
        note = [f"libraries differ: {', '.join(libraries)}"] if libraries else []
        raise VerificationError("\n".join([*failures, *note]))
    return Rebuilt(version, tag, commit, provenance.sha256_bytes(again), libraries)


def _computed_again(repository: Repository, commit: str, data: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        root = Path(folder) / "project"
        repository.export(commit, "", root)
        outside = repository.folder / data
        study = root / data if (root / data).is_dir() else outside.resolve()
        result = Path(folder) / RESULTS
        environment = {
            **os.environ,
            "PYTHONPATH": str(root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONSAFEPATH": "1",
        }
        try:
            done = subprocess.run(
                [sys.executable, "-c", _PROGRAM, "analyse", str(study), "--output", str(result), "--quiet"],
                cwd=root,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise VerificationError(f"the analysis did not finish within {_SECONDS // 60} minutes") from None
        if done.returncode or not result.is_file():
            told = done.stderr.strip().splitlines()[-5:]
            raise VerificationError("\n".join(["the analysis of the tag failed:", *told]))
        return result.read_bytes()


def _altered(project: Path, version: str, stored: Mapping[str, bytes | None]) -> list[str]:
    folder = project / FOLDER / version
    return [
        f"{FOLDER}/{version}/{name}: not as in the tag"
        for name, content in stored.items()
        if folder.is_dir() and (not (folder / name).is_file() or (folder / name).read_bytes() != content)
    ]


def _unlisted(frozen: Frozen) -> list[str]:
    return [] if frozen.made else [f"{frozen.source}: the manifest does not list these results"]


def _different(frozen: Frozen, again: bytes) -> list[str]:
    found = compare(frozen.results, frozen_of(again, None, "rebuilt").results)
    lines = lines_of(found) if found or found.unprinted else ["in form only, no number moved"]
    return ["results.json is not the same when it is computed again:", *(f"  {line}" for line in lines)]


def _libraries(made: Mapping[str, Any]) -> tuple[str, ...]:
    now = manifest.software()
    then = {"python": made.get("python"), **made.get("libraries", {})}
    here = {"python": now["python"], **now["libraries"]}
    names = dict.fromkeys((*then, *here))
    return tuple(
        f"{name} {then.get(name, 'none')} then, {here.get(name, 'none')} now"
        for name in names
        if then.get(name) != here.get(name)
    )
