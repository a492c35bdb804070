"""The version of the report, and the releases that are frozen in `releases/`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from poems_report import provenance
from poems_report.errors import VersionError
from poems_report.versions.difference import read_results, results_of

if TYPE_CHECKING:
    from packaging.version import Version

FOLDER = "releases"
RESULTS, MANIFEST, SETTINGS = "results.json", "manifest.json", "_quarto.yml"
TAG = "report-"
_PLAIN = re.compile(r"[0-9][0-9A-Za-z.]*")


@dataclass(frozen=True)
class Frozen:
    """The results of a version, and the manifest that came with them.

    Attributes:
        source: where they were read, in words.
        results: content of `results.json`.
        made: content of the manifest; None where there is none for these results.
    """

    source: str
    results: dict[str, Any]
    made: dict[str, Any] | None


def report_version(text: str | bytes) -> str:
    """The version that a `_quarto.yml` states.

    Raises:
        VersionError: it states none, or one that is no plain version in quotes.
    """
    try:
        settings = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise VersionError(f"{SETTINGS}: not readable: {error}") from None
    found = settings.get("version") if isinstance(settings, dict) else None
    if not isinstance(found, str) or not is_version(found):
        raise VersionError(f'{SETTINGS}: version: {found!r}: should be a version in quotes, as "1.0.0"')
    return found


def is_version(text: str) -> bool:
    """Whether a text is a version that can name a folder and a tag: 1.0.0, 1.1.0rc1."""
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return False
    return _PLAIN.fullmatch(text) is not None


def version_of_project(project: Path) -> str:
    """The version of the report in a project's folder.

    Raises:
        VersionError: there is no `_quarto.yml`, or it states no version.
    """
    try:
        content = (project / SETTINGS).read_bytes()
    except FileNotFoundError:
        raise VersionError(f"{project / SETTINGS}: there is none; name the project's folder") from None
    return report_version(content)


def order(version: str) -> Version:
    """A version as it is compared: 1.10 comes after 1.9."""
    from packaging.version import Version

    return Version(version)


def released_versions(project: Path) -> tuple[str, ...]:
    """The versions in `releases/`, earliest first."""
    found = [
        path.parent.name
        for path in (project / FOLDER).glob(f"*/{RESULTS}")
        if is_version(path.parent.name) and path.is_file()
    ]
    return tuple(sorted(found, key=order))


def previous_version(project: Path, version: str) -> str | None:
    """The last release before a version; None where it is the first."""
    earlier = [one for one in released_versions(project) if order(one) < order(version)]
    return earlier[-1] if earlier else None


def read_release(project: Path, version: str) -> Frozen:
    """A release in `releases/`.

    Raises:
        AnalysisError: its `results.json` is none of this program.
    """
    return read_frozen(project / FOLDER / version / RESULTS, f"{FOLDER}/{version}")


def read_frozen(path: Path, source: str) -> Frozen:
    """A `results.json`, and the manifest beside it where that was written for these very results.

    Raises:
        AnalysisError: the file is no `results.json` of this program.
        OSError: the file cannot be read.
    """
    beside = path.with_name(MANIFEST)
    manifest = beside.read_bytes() if beside.is_file() else None
    return Frozen(source, read_results(path), made_with(path.read_bytes(), manifest, path.name))


def frozen_of(results: bytes, manifest: bytes | None, source: str) -> Frozen:
    """The same from the bytes of both files.

    Raises:
        AnalysisError: the bytes are no `results.json` of this program.
    """
    return Frozen(source, results_of(results, source), made_with(results, manifest, RESULTS))


def made_with(results: bytes, manifest: bytes | None, name: str) -> dict[str, Any] | None:
    """The content of a manifest where it lists these results under `name`; None elsewhere."""
    try:
        content = json.loads(manifest) if manifest else None
        listed = content["outputs"][name] if content else ""
    except (ValueError, KeyError, TypeError):
        return None
    return content if listed == provenance.sha256_bytes(results) else None
