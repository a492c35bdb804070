"""What lets a batch skip a page: a hash of all that shapes it, kept beside the pages with the hash of each file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from poems_report.errors import DocumentError
from poems_report.patients.archive import Attached
from poems_report.patients.model import PatientView
from poems_report.patients.render import patient_templates
from poems_report.patients.variants import Finish
from poems_report.provenance import (
    library_versions,
    package_version,
    sha256_bytes,
    sha256_file,
    sha256_files,
    to_json,
    write_atomically,
)
from poems_report.resources import fonts_folder

if TYPE_CHECKING:
    from poems_report.patients.context import Context
    from poems_report.study import Study

STATE_FILE = ".state.json"
_SCHEMA = 2
_SOURCES = {".py", ".toml", ".json"}
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Page:
    """One page as it was last written.

    Attributes:
        content: hash of what it shows and of what shapes it (`content_hash`).
        source: hash of what that was computed from (`source_hash`).
        sha256: hash of the file; empty until it is made.
    """

    content: str
    source: str
    sha256: str = ""


def check_writable(output: Path) -> None:
    """Make the folder of the pages where it is missing, and see that it takes a file.

    Raises:
        DocumentError: it does not.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=output):
            pass
    except OSError as error:
        raise DocumentError(f"{output}: pages cannot be written there: {error.strerror}") from error


def read_state(output: Path) -> dict[str, Page]:
    """The pages of the last runs by patient; empty where there is no state or it cannot be read."""
    try:
        stored = json.loads((output / STATE_FILE).read_text(encoding="utf-8"))
        if stored["schema"] != _SCHEMA:
            return {}
        return {
            patient: Page(str(page["content"]), str(page["source"]), str(page["sha256"]))
            for patient, page in stored["pages"].items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def write_state(output: Path, state: Mapping[str, Page]) -> None:
    """Keep the state for the next run.

    Raises:
        DocumentError: the folder is full or locked; the pages stay, and the next run makes them again.
    """
    pages = {patient: asdict(state[patient]) for patient in sorted(state)}
    try:
        write_atomically(output / STATE_FILE, to_json({"schema": _SCHEMA, "pages": pages}))
    except OSError as error:
        raise DocumentError(f"{output / STATE_FILE}: cannot be written: {error.strerror}") from error


def is_untouched(path: Path, page: Page) -> bool:
    """Whether a file is there and still the one that was written."""
    return path.is_file() and sha256_file(path) == page.sha256


def source_hash(study: Study, context: Context, made: datetime, finish: Finish) -> str:
    """A hash of all that a study's views are computed from, so that a repeat need not compute them.

    The study's files, what its pages share (settings, language, versions), the date, variant and password, and the
    whole program.
    """
    files = "\n".join(f"{name} {digest}" for name, digest in sorted(study.hashes.items()))
    parts = (_program(), surroundings(), made.isoformat(), finish.key, files, repr(context))
    return sha256_bytes("\n".join(parts).encode())


def content_hash(
    view: PatientView, made: datetime, finish: Finish | None = None, attached: Sequence[Attached] = ()
) -> str:
    """A hash of all that shapes a page: what `pdf_of` takes, templates, fonts, program and library versions."""
    key = (finish or Finish()).key
    return sha256_bytes(f"{surroundings()}\n{made.isoformat()}\n{key}\n{attached!r}\n{view!r}".encode())


@cache
def surroundings() -> str:
    """A hash of what shapes every page alike: templates, fonts, the code that draws, versions."""
    templates = patient_templates()
    code = [*(_PACKAGE / "patients").glob("*.py"), _PACKAGE / "theme.py"]
    parts = (
        sha256_files((path for path in templates.iterdir() if path.is_file()), templates),
        sha256_files(fonts_folder().rglob("*.ttf"), fonts_folder()),
        sha256_files(code, _PACKAGE),
        package_version(),
        library_versions()["weasyprint"],
        library_versions()["jinja2"],
    )
    return sha256_bytes("\n".join(parts).encode())


@cache
def _program() -> str:
    files = sha256_files((path for path in _PACKAGE.rglob("*.*") if path.suffix in _SOURCES), _PACKAGE)
    return "\n".join((files, *(f"{name} {version}" for name, version in library_versions().items())))
