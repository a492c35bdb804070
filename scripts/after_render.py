"""Runs after every rendering, by Quarto or without it: finishes the Word file, dates the JATS article."""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from poems_report.labels import labels
from poems_report.manuscript.jats import date_article
from poems_report.manuscript.word import finish_docx
from poems_report.provenance import clock

PROJECT = Path(__file__).resolve().parent.parent


def read(name: str) -> dict[str, object]:
    """A YAML file of the project."""
    return dict(yaml.safe_load((PROJECT / name).read_text(encoding="utf-8")))


def main() -> None:
    """Finish each Word file and each article among the outputs."""
    profiles = os.environ.get("QUARTO_PROFILE", "").split(",")
    files = ["_study.yml", *(["_quarto-authors.yml"] if "authors" in profiles else [])]
    block = {key: value for name in files for key, value in read(name).items()}
    words = labels()
    watermark = words["report.draft"] if "draft" in profiles else ""
    for name in os.environ.get("QUARTO_PROJECT_OUTPUT_FILES", "").splitlines():
        if name.endswith(".docx"):
            finish_docx(PROJECT / name, block, words["report.keywords"], watermark)
        elif name.endswith(".xml"):
            date_article(PROJECT / name, clock(PROJECT).date())


if __name__ == "__main__":
    main()
