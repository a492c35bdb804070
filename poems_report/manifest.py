"""The manifest: every input and output with its hash, and what made them. `verify` reads it back."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from poems_report import provenance
from poems_report.errors import VerificationError

NAME = "manifest.json"
RENDER_RECORD = ".render.json"
SCHEMA = 1
_SOURCES = (
    "_quarto.yml",
    "index.qmd",
    "_study.yml",
    "_quarto-authors.yml",
    "chapters",
    "templates",
    "pyproject.toml",
    "requirements",
    "releases",
)


def record_render(output: Path, engine: str, warnings: Sequence[str]) -> None:
    """Keep beside the report which engine made it, for the manifest."""
    content = {"engine": engine, "warnings": list(warnings)}
    provenance.write_atomically(output / RENDER_RECORD, provenance.to_json(content))


def make_manifest(
    output: Path,
    project: Path,
    study: Mapping[str, Any],
    data: Path,
    exempted: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Describe every file below `output` and what it was made from.

    Args:
        output: folder of the outputs; hidden files and the manifest itself are left out.
        project: folder of the manuscript's sources.
        study: the identity of the study, as `Results.study` has it.
        data: the study folder.
        exempted: columns that the privacy gate left alone: `file`, `column`, `reason`.
    """
    record = output / "report" / RENDER_RECORD
    report = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    settings = project / "_quarto.yml"
    if settings.is_file():
        report["version"] = str(yaml.safe_load(settings.read_text(encoding="utf-8")).get("version", ""))
    return {
        "schema": SCHEMA,
        **software(),
        "report": report,
        "study": {key: study[key] for key in ("title", "version", "data_version", "provenance", "patients")},
        "privacy": {"exempted": [dict(one) for one in exempted]},
        "commit": provenance.commit(project),
        "date": provenance.clock(project).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "inputs": input_hashes(project, data),
        "outputs": _hashes((path for path in _below(output) if path.name != NAME), output),
    }


def software() -> dict[str, Any]:
    """What computes: `program` (name, version, hash of its source), `python`, `libraries`."""
    package = Path(__file__).resolve().parent
    sources = [path for path in _below(package) if path.suffix in {".py", ".toml"}]
    return {
        "program": {
            "name": "poems-report",
            "version": provenance.package_version(),
            "sha256": provenance.sha256_files(sources, package),
        },
        "python": platform.python_version(),
        "libraries": provenance.library_versions(),
    }


def study_hashes(data: Path) -> dict[str, str]:
    """SHA-256 of each file of a study folder, by name below the folder's parent."""
    return _hashes(_study_files(data), data.parent)


def input_hashes(project: Path, data: Path) -> dict[str, str]:
    """SHA-256 of everything that outputs are made from: the study, and the manuscript's sources."""
    return {**study_hashes(data), **_hashes(_project_files(project), project)}


def write_manifest(output: Path, content: Mapping[str, Any]) -> Path:
    """Write `manifest.json` into `output`."""
    path = output / NAME
    provenance.write_atomically(path, provenance.to_json(content))
    return path


def verify(output: Path) -> int:
    """Compare every output with the manifest beside it.

    Returns:
        how many outputs were compared.

    Raises:
        VerificationError: there is no readable manifest, or an output is missing, changed or not listed; one
            line each.
    """
    path = output / NAME
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["outputs"]
        expected = {str(name): str(digest) for name, digest in listed.items()}
    except FileNotFoundError:
        raise VerificationError(f"{path}: there is no manifest; `make report` writes one") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise VerificationError(f"{path}: not a manifest of this program") from None
    found = _hashes((one for one in _below(output) if one.name != NAME), output)
    failures = [f"{name}: missing" for name in expected if name not in found]
    failures += [f"{name}: changed" for name in expected if found.get(name, expected[name]) != expected[name]]
    failures += [f"{name}: not in the manifest" for name in found if name not in expected]
    if failures:
        raise VerificationError("\n".join(sorted(failures)))
    return len(expected)


def _study_files(data: Path) -> Iterator[Path]:
    return (path for path in _below(data) if path.suffix in {".csv", ".yml", ".xlsx", ".parquet"})


def _project_files(project: Path) -> Iterator[Path]:
    for name in _SOURCES:
        path = project / name
        yield from _below(path) if path.is_dir() else [path] if path.is_file() else []


def _below(folder: Path) -> Iterator[Path]:
    """Visible files below a folder, in order."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path


def _hashes(paths: Iterator[Path], base: Path) -> dict[str, str]:
    return {path.relative_to(base).as_posix(): provenance.sha256_file(path) for path in paths}
