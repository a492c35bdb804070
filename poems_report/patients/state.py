"""What lets a batch skip a page: a hash of all that shapes it, kept beside the pages with the hash of each file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

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

STATE_FILE = ".state.json"
_SCHEMA = 1
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Page:
    """One page as it was last written: hash of its content before rendering, hash of the file."""

    content: str
    sha256: str


def read_state(output: Path) -> dict[str, Page]:
    """The pages of the last runs by patient; empty where there is no state or it cannot be read."""
    try:
        stored = json.loads((output / STATE_FILE).read_text(encoding="utf-8"))
        if stored["schema"] != _SCHEMA:
            return {}
        return {
            patient: Page(str(page["content"]), str(page["sha256"]))
            for patient, page in stored["pages"].items()
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def write_state(output: Path, state: Mapping[str, Page]) -> None:
    """Keep the state for the next run."""
    pages = {patient: asdict(state[patient]) for patient in sorted(state)}
    write_atomically(output / STATE_FILE, to_json({"schema": _SCHEMA, "pages": pages}))


def is_current(path: Path, content: str, page: Page | None) -> bool:
    """Whether a file is there, was made from this content, and is still the file that was written."""
    return (
        page is not None and page.content == content and path.is_file() and sha256_file(path) == page.sha256
    )


def content_hash(
    view: PatientView, made: datetime, finish: Finish | None = None, attached: Sequence[Attached] = ()
) -> str:
    """A hash of all that shapes a page: what `pdf_of` takes, templates, fonts, program and library versions."""
    key = (finish or Finish()).key
    return sha256_bytes(f"{_surroundings()}\n{made.isoformat()}\n{key}\n{attached!r}\n{view!r}".encode())


@cache
def _surroundings() -> str:
    templates = patient_templates()
    code = [*(_PACKAGE / "patients").glob("*.py"), _PACKAGE / "theme.py"]
    parts = (
        sha256_files((path for path in templates.iterdir() if path.is_file()), templates),
        sha256_files(fonts_folder().glob("*.ttf"), fonts_folder()),
        sha256_files(code, _PACKAGE),
        package_version(),
        library_versions()["weasyprint"],
        library_versions()["jinja2"],
    )
    return "\n".join(parts)
