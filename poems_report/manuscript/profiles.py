"""Profiles of a manuscript project: `_quarto-NAME.yml` laid upon `_quarto.yml`, as Quarto does it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from poems_report.errors import RenderError
from poems_report.manuscript.config import listed, read_yaml

VARIABLE = "QUARTO_PROFILE"
AUTHORS, ANONYMOUS = "authors", "anonymous"
_LONG_ENOUGH = 4


def active_profiles(root: Path, asked: str | None = None) -> tuple[str, ...]:
    """The profiles in force, as Quarto finds them, the first the most important.

    Those asked for; else those of QUARTO_PROFILE; else the project's `profile: default`. Of each group under
    `profile: group` the first joins, if none of it is there.

    Args:
        root: the project's folder.
        asked: names with commas.

    Raises:
        RenderError: a profile was asked for that is neither in a group nor a file.
    """
    stated = _stated(root)
    groups = [[str(name) for name in group] for group in _groups(stated)]
    known = {name for group in groups for name in group}
    known |= {path.stem.removeprefix("_quarto-") for path in root.glob("_quarto-*.yml")}
    names = _split(asked) if asked else _split(os.environ.get(VARIABLE, ""))
    unknown = [name for name in names if name not in known]
    if unknown and asked:
        raise RenderError(f"there is no profile {unknown[0]!r}, only {', '.join(sorted(known)) or 'none'}")
    if not names:
        default = stated.get("default")
        names = [str(name) for name in default] if isinstance(default, list) else _split(default or "")
    names += [group[0] for group in groups if not set(group) & set(names)]
    return tuple(dict.fromkeys(names))


def withheld(root: Path, profiles: tuple[str, ...]) -> tuple[str, ...]:
    """Names, addresses and places of the authors, where the profile in force is the anonymous one."""
    path = root / f"_quarto-{AUTHORS}.yml"
    if ANONYMOUS not in profiles or not path.is_file():
        return ()
    return tuple(dict.fromkeys(_texts(read_yaml(path, path.name))))


def _stated(root: Path) -> Mapping[str, Any]:
    if not (root / "_quarto.yml").is_file():
        raise RenderError(f"{root.name} is no manuscript project: it has no _quarto.yml")
    stated = read_yaml(root / "_quarto.yml", "_quarto.yml").get("profile") or {}
    if not isinstance(stated, dict):
        raise RenderError("'profile' holds 'default' and 'group'", "_quarto.yml")
    return stated


def _groups(stated: Mapping[str, Any]) -> list[list[Any]]:
    groups = listed(stated.get("group"))
    return groups if all(isinstance(group, list) for group in groups) else [groups]


def _split(names: Any) -> list[str]:
    return [name for name in re.split(r"[,\s]+", str(names)) if name]


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) and len(value) >= _LONG_ENOUGH else []
