"""Reading profiles: those of the program by name, a user's own by path; each fault with its line."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from poems_report.errors import ProfileError
from poems_report.submission.profile import Profile

FOLDER = Path(__file__).with_name("journals")
MAX_BYTES = 200_000
GENERIC = "generic"


def names() -> tuple[str, ...]:
    """The journals that the program knows; `generic` last."""
    found = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return (*(name for name in found if name != GENERIC), GENERIC)


def profile(name: str) -> Profile:
    """The profile of a journal.

    Args:
        name: one of `names()`, or the path of a file of one's own, ending in `.toml`.

    Raises:
        ProfileError: an unknown journal; a file that is missing, no TOML, or holds an unknown key or an
            impossible value, with line and key.
    """
    if name in names():
        return _known(name)
    if name.endswith(".toml"):
        return read_profile(Path(name))
    near = get_close_matches(name.lower(), names(), n=3)
    meant = f"; do you mean {' or '.join(near)}?" if near else ""
    raise ProfileError(
        f"there is no journal {name!r}; there are {', '.join(names())}, "
        f"or the path of a profile of your own (.toml){meant}"
    )


@cache
def _known(name: str) -> Profile:
    return read_profile(FOLDER / f"{name}.toml")


def read_profile(path: Path) -> Profile:
    """The profile in a TOML file.

    Raises:
        ProfileError: see `profile`; one line a fault.
    """
    text = _text(path)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path}: no TOML: {error}") from None
    try:
        return Profile.model_validate(content)
    except ValidationError as error:
        raise ProfileError("\n".join(_fault(path, text, one) for one in error.errors())) from None


def _text(path: Path) -> str:
    if not path.is_file():
        raise ProfileError(f"{path}: there is no such file")
    if path.stat().st_size > MAX_BYTES:
        raise ProfileError(f"{path}: larger than {MAX_BYTES} bytes; a profile is a short TOML file")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ProfileError(f"{path}: not UTF-8") from None


def _fault(path: Path, text: str, detail: Any) -> str:
    place = tuple(str(part) for part in detail["loc"] if part != "[key]")
    found = detail["input"]
    shown = "" if isinstance(found, dict | list) else f" {str(found)[:60]!r}:"
    unknown = detail["type"] == "extra_forbidden"
    message = "unknown key" if unknown else detail["msg"].removeprefix("Value error, ")
    at = ".".join(place)
    return f"{path}:{_line(text, place)}:{f' {at}:' if at else ''}{shown} {message}"


def _line(text: str, place: tuple[str, ...]) -> int:
    """The line of the deepest part of `place` that the text holds, counted from 1."""
    table: tuple[str, ...] = ()
    best, line = 0, 1
    for number, raw in enumerate(text.splitlines(), start=1):
        words = raw.strip()
        if words.startswith("["):
            table = tuple(part.strip() for part in words.split("]")[0].strip("[ ").split("."))
            key = table
        elif "=" in words:
            key = (*table, *(part.strip() for part in words.split("=")[0].split(".")))
        else:
            continue
        depth = len(key) if place[: len(key)] == key else 0
        if depth > best:
            best, line = depth, number
    return line
