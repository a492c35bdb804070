"""Runs before every rendering, by Quarto or without it: writes what the title block quotes.

`_study.yml` (title, keywords) and `_quarto-authors.yml` (a profile, so that another can leave the authors out) follow
`study.yml`; `_variables.yml` holds versions and the abstract's numbers.
The study is analysed only where it, the program or a library changed.
"""

from __future__ import annotations

import os
from pathlib import Path

import yaml

from poems_report.errors import RenderError
from poems_report.labels import labels
from poems_report.manuscript.front import numbers, versions
from poems_report.manuscript.kept import file_hashes, kept, key_of, program_key
from poems_report.manuscript.report import open_report
from poems_report.manuscript.shortcodes import Shortcodes
from poems_report.manuscript.source import Document, read_document
from poems_report.manuscript.study_of import study_folder
from poems_report.manuscript.title import authors, keywords, letters, title_page
from poems_report.manuscript.wordcount import abstract_words, evaluated, inline_code, main_words
from poems_report.provenance import write_atomically

PROJECT = Path(__file__).resolve().parent.parent


def manuscript() -> Document:
    """The text; an empty one where it cannot be read, as the engine then tells file and line."""
    try:
        return read_document(PROJECT, "index.qmd")
    except RenderError:
        return Document({}, (), ())


def write(name: str, content: dict[str, object]) -> None:
    """Write a YAML file where its content is new."""
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000).encode()
    path = PROJECT / name
    if not path.exists() or path.read_bytes() != text:
        write_atomically(path, text)


def front(asked: tuple[str, ...]) -> dict[str, object]:
    """What follows from the study, and from the expressions that the main text holds."""
    report = open_report(PROJECT / study_folder())
    return {
        "numbers": numbers(report),
        "authors": {"author": authors(report.study.config)},
        "letters": letters(report.study.config),
        "study": keywords(report.study.config),
        "printed": evaluated(asked, {"report": report}),
    }


def main() -> None:
    """Write the three files."""
    document = manuscript()
    asked = inline_code(document)
    settings = yaml.safe_load((PROJECT / "_quarto.yml").read_text(encoding="utf-8"))
    key = key_of(program_key(), file_hashes(PROJECT / study_folder()), asked)
    found = kept(PROJECT / ".cache" / "front.json", key, lambda: front(asked))
    profiles = os.environ.get("QUARTO_PROFILE", "").split(",")
    variables = {**found["numbers"], **versions(PROJECT, settings["version"], profiles)}
    if "draft" in profiles:
        variables["notice"] = f"{labels()['report.draft']} · {variables['notice']}"
    filled = Shortcodes(settings, variables)
    variables["title_page"] = title_page(
        [] if "anonymous" in profiles else found["letters"],
        abstract_words(document, lambda text: filled.fill(text, "index.qmd", 1)),
        main_words(document, found["printed"]),
    )
    write("_variables.yml", variables)
    write("_study.yml", found["study"])
    write("_quarto-authors.yml", found["authors"])


if __name__ == "__main__":
    main()
