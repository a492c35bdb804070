"""Runs before every rendering, by Quarto or without it: writes what the title block quotes.

`_study.yml` (keywords) and `_quarto-authors.yml` (a profile, so that another can leave the authors out) follow
`data/study.yml`; `_variables.yml` holds versions and the abstract's numbers.
The study is analysed only where it, the program or a library changed.
"""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from poems_report.labels import labels
from poems_report.manuscript.kept import file_hashes, kept, key_of, program_key
from poems_report.manuscript.report import numbers, open_report, versions
from poems_report.manuscript.title import authors, keywords
from poems_report.provenance import write_atomically

PROJECT = Path(__file__).resolve().parent.parent


def write(name: str, content: dict[str, object]) -> None:
    """Write a YAML file where its content is new."""
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000).encode()
    path = PROJECT / name
    if not path.exists() or path.read_bytes() != text:
        write_atomically(path, text)


def front() -> dict[str, object]:
    """What follows from the study alone."""
    report = open_report(PROJECT / "data")
    return {
        "numbers": numbers(report),
        "authors": {"author": authors(report.study.config)},
        "study": keywords(report.study.config),
    }


def main() -> None:
    """Write the three files."""
    settings = yaml.safe_load((PROJECT / "_quarto.yml").read_text(encoding="utf-8"))
    key = key_of(program_key(), file_hashes(PROJECT / "data"))
    found = kept(PROJECT / ".cache" / "front.json", key, front)
    profiles = os.environ.get("QUARTO_PROFILE", "").split(",")
    variables = {**found["numbers"], **versions(PROJECT, settings["version"], profiles)}
    if "draft" in profiles:
        variables["notice"] = f"{labels()['report.draft']} · {variables['notice']}"
    write("_variables.yml", variables)
    write("_study.yml", found["study"])
    write("_quarto-authors.yml", found["authors"])


if __name__ == "__main__":
    main()
