"""Runs after every rendering, by Quarto or without it: finishes the Word file."""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from poems_report.labels import labels
from poems_report.manuscript.word import finish_docx

PROJECT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Finish each Word file among the outputs."""
    block = yaml.safe_load((PROJECT / "_study.yml").read_text(encoding="utf-8"))
    for name in os.environ.get("QUARTO_PROJECT_OUTPUT_FILES", "").splitlines():
        if name.endswith(".docx"):
            finish_docx(PROJECT / name, block, labels()["report.keywords"])


if __name__ == "__main__":
    main()
