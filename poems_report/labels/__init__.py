"""Every word that a document shows, one catalogue a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.toml")))


@dataclass(frozen=True)
class Labels:
    """The words of one language, by dotted key; `{name}` in a text is filled by `text(key, name=...)`."""

    language: str
    texts: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        """The text of a key.

        Raises:
            KeyError: the catalogue has no such key.
        """
        return self.texts[key]

    def text(self, key: str, **values: object) -> str:
        """The text of a key with its places filled.

        Raises:
            KeyError: the catalogue has no such key, or a place has no value.
        """
        return self.texts[key].format(**values)


@cache
def labels(language: str = "en") -> Labels:
    """The catalogue of a language.

    Raises:
        KeyError: there is no such catalogue.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    with Path(__file__).with_name(f"{language}.toml").open("rb") as handle:
        tree = tomllib.load(handle)
    return Labels(language, MappingProxyType(dict(_flat(tree))))


def _flat(tree: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        rows += _flat(value, f"{name}.") if isinstance(value, Mapping) else [(name, str(value))]
    return rows
