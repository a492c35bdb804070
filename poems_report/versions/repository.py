"""The git repository that holds a project, asked through git itself."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from poems_report.errors import VersionError

_SECONDS = 120


@dataclass(frozen=True)
class Repository:
    """A git repository, seen from the folder of a project; paths are relative to that folder."""

    folder: Path

    def run(self, *words: str, environment: Mapping[str, str] | None = None) -> str:
        """What git prints, without blanks around it.

        Raises:
            VersionError: git is not installed, or it failed, with its own message.
        """
        return self._bytes(words, environment).decode(errors="replace").strip()

    def answers(self, *words: str) -> bool:
        """Whether git succeeds with these words."""
        try:
            self._bytes(words)
        except VersionError:
            return False
        return True

    def commit_of(self, name: str) -> str | None:
        """The commit that a tag, branch or hash means; None where it means none."""
        try:
            return self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except VersionError:
            return None

    def read(self, commit: str, path: str) -> bytes | None:
        """A file as it was at a commit; None where it was not there."""
        name = f"{commit}:./{path}"
        return self._bytes(("cat-file", "blob", name)) if self.answers("cat-file", "-e", name) else None

    def export(self, commit: str, path: str, into: Path) -> None:
        """Write a folder as it was at a commit into `into`.

        Raises:
            VersionError: the commit has no such folder.
        """
        tree = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:./{path}")
        top = Repository(Path(self.run("rev-parse", "--show-toplevel")))
        content = top._bytes(("archive", "--format=zip", tree))
        into.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            packed.extractall(into)

    def tags(self, pattern: str) -> tuple[str, ...]:
        """Tags that match a pattern, later versions last."""
        return tuple(self.run("tag", "--list", "--sort=version:refname", pattern).split())

    def changes(self) -> tuple[str, ...]:
        """Files of the project that differ from the last commit, untracked ones included; one line each."""
        return tuple(self.run("status", "--porcelain", "--", ".").splitlines())

    def _bytes(self, words: tuple[str, ...], environment: Mapping[str, str] | None = None) -> bytes:
        try:
            done = subprocess.run(
                ["git", "-C", str(self.folder), *words],  # noqa: S607
                env={**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **(environment or {})},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=_SECONDS,
            )
        except FileNotFoundError:
            raise VersionError("git was not found; install it (apt-get install git)") from None
        except (OSError, subprocess.TimeoutExpired) as error:
            raise VersionError(f"git {words[0]} could not be run: {error}") from None
        if done.returncode:
            told = (done.stderr or done.stdout).decode(errors="replace").strip()
            raise VersionError(f"git {words[0]}: {told or f'exit code {done.returncode}'}")
        return done.stdout


def repository_of(folder: Path) -> Repository:
    """The repository that holds a folder.

    Raises:
        VersionError: git is not installed, or the folder is in no repository.
    """
    found = Repository(folder)
    try:
        inside = found.run("rev-parse", "--is-inside-work-tree")
    except VersionError as error:
        if "not a git repository" not in str(error):
            raise
        inside = "false"
    if inside != "true":
        raise VersionError(
            f"{folder}: no git repository, so there are no tags and revisions; "
            "`git init` makes one, or clone the project instead of unpacking an archive"
        )
    return found
