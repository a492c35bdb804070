"""Runs before every rendering, by Quarto or without it: writes what the title block quotes.

`_study.yml` (authors, keywords) follows `data/study.yml`; `_variables.yml` holds versions and the abstract's numbers.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from poems_report.manuscript.report import open_report, variables
from poems_report.manuscript.title import title_block
from poems_report.provenance import write_atomically

PROJECT = Path(__file__).resolve().parent.parent


def write(name: str, content: dict[str, object]) -> None:
    """Write a YAML file where its content is new."""
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000).encode()
    path = PROJECT / name
    if not path.exists() or path.read_bytes() != text:
        write_atomically(path, text)


def main() -> None:
    """Write both files."""
    report = open_report(PROJECT / "data")
    settings = yaml.safe_load((PROJECT / "_quarto.yml").read_text(encoding="utf-8"))
    write("_variables.yml", dict(variables(report, PROJECT, settings["version"])))
    write("_study.yml", title_block(report.study.config))


if __name__ == "__main__":
    main()
