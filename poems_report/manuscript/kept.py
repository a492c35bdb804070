"""What a rendering keeps for the next one, under a key that holds everything it was made from."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from poems_report import provenance
from poems_report.resources import fonts_folder

_UNUSED = frozenset({"__pycache__"})


def kept(path: Path, key: str, make: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """What `make` gave under this key: read back where it is known, made and written down where not.

    Args:
        path: where it is written, as JSON.
        key: a hash of everything that it follows from.
        make: makes it; its result must be what JSON can hold.
    """
    found = read_kept(path, key)
    if found is not None:
        return found
    made = dict(make())
    write_kept(path, key, made)
    return made


def read_kept(path: Path, key: str) -> dict[str, Any] | None:
    """What was written under this key; None where nothing was, or under another."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict) or record.get("key") != key or not isinstance(record.get("kept"), dict):
        return None
    found: dict[str, Any] = record["kept"]
    return found


def write_kept(path: Path, key: str, content: Mapping[str, Any]) -> None:
    """Write something down under a key."""
    provenance.write_atomically(path, provenance.to_json({"key": key, "kept": dict(content)}))


def key_of(*parts: Any) -> str:
    """One hash of several things that JSON can hold."""
    return provenance.sha256_bytes(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode())


def file_hashes(folder: Path, left_out: Callable[[Path], bool] = lambda path: False) -> dict[str, str]:
    """SHA-256 of all visible files below a folder, by their path below it.

    Args:
        folder: where they lie.
        left_out: whether a file or folder, as a path below `folder`, does not count.
    """
    return {
        path.relative_to(folder).as_posix(): provenance.sha256_file(path)
        for path in _below(folder, folder, left_out)
    }


@cache
def program_key() -> str:
    """One hash of this program, its fonts, every installed library's version, and Python's."""
    package = Path(__file__).resolve().parent.parent
    installed = {
        path.name
        for entry in sys.path
        if entry and Path(entry).is_dir()
        for path in Path(entry).glob("*.dist-info")
    }
    return key_of(sys.version, sorted(installed), file_hashes(package), file_hashes(fonts_folder()))


def _below(folder: Path, base: Path, left_out: Callable[[Path], bool]) -> Iterable[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _UNUSED or left_out(path.relative_to(base)):
            continue
        if path.is_dir():
            yield from _below(path, base, left_out)
        elif path.is_file():
            yield path
