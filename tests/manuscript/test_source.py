"""Includes, front matter and the split into text, shown code and cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from poems_report.errors import RenderError
from poems_report.manuscript.config import (
    execute_settings,
    format_settings,
    listed,
    merged,
    parse_yaml,
    read_project,
)
from poems_report.manuscript.source import Block, Cell, read_document


def write(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.qmd").write_text(content, encoding="utf-8")
    return folder


def test_lines_keep_their_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        index="---\ntitle: T\n---\nOne\n{{< include a.qmd >}}\nLast\n",
        a="A1\n{{< include /b.qmd >}}\nA3",
        b="B1\n",
    )
    document = read_document(tmp_path, "index.qmd")
    (block,) = document.parts
    assert isinstance(block, Block)
    shown = [(line.text, line.file, line.number) for line in block.lines if line.text]
    assert shown == [
        ("One", "index.qmd", 4),
        ("A1", "a.qmd", 1),
        ("B1", "b.qmd", 1),
        ("A3", "a.qmd", 3),
        ("Last", "index.qmd", 6),
    ]
    assert document.front_matter == {"title": "T"}
    assert document.locate("^A3$") == ("a.qmd", 3)
    assert document.locate("title") == ("index.qmd", 2)
    assert document.locate("nowhere") == ("", 0)


def test_cells_and_shown_code(tmp_path: Path) -> None:
    text = "One\n\n```{python}\n#| label: fig-a\n#| fig-cap: >\n#|   Two\n#|   lines\nx = 1\n```\n"
    text += "\n````md\n```{python}\n````\n"
    first, cell, _, shown = read_document(write(tmp_path, index=text), "index.qmd").parts
    assert isinstance(cell, Cell)
    assert cell.options == {"label": "fig-a", "fig-cap": "Two lines"}
    assert [(line.text, line.number) for line in cell.code] == [("x = 1", 8)]
    assert cell.opening.number == 3
    assert str(cell.option_error("fig-cap", "wrong")) == "index.qmd:5: wrong"
    assert isinstance(first, Block)
    assert isinstance(shown, Block)
    assert (first.kind, shown.kind) == ("text", "shown")
    assert [line.text for line in shown.lines] == ["````md", "```{python}", "````"]


def test_front_matter_keeps_paragraphs(tmp_path: Path) -> None:
    text = "---\nabstract: |\n  One\n\n  Two\n---\n"
    assert read_document(write(tmp_path, index=text), "index.qmd").front_matter == {
        "abstract": "One\n\nTwo\n"
    }


def test_include_inside_shown_code_is_left(tmp_path: Path) -> None:
    document = read_document(write(tmp_path, index="```\n{{< include no.qmd >}}\n```\n"), "index.qmd")
    assert document.lines[1].text == "{{< include no.qmd >}}"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"index": "{{< include a.qmd >}}\n", "a": "---\ntitle: T\n---\n"}, "a.qmd:1: .*front matter"),
        ({"index": "---\ntitle: T\n"}, "index.qmd:1: the front matter has no end"),
        ({"index": "  ```{python}\n1\n  ```\n"}, "index.qmd:1: .*left margin"),
        ({"index": "```{{python}}\n1\n```\n"}, "index.qmd:1: .*shown and not run"),
        ({"other": ""}, "index.qmd: the manuscript does not exist"),
    ],
)
def test_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(RenderError, match=message):
        read_document(write(tmp_path, **files), "index.qmd")


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "index.qmd").write_bytes(b"caf\xe9\n")
    with pytest.raises(RenderError, match=r"index\.qmd: not UTF-8 at byte 3"):
        read_document(tmp_path, "index.qmd")


def test_yaml_is_read_as_quarto_reads_it() -> None:
    text = "a: yes\nb: true\nc: 2024-02-29\nd: 1.10\ne: '1.10'\nf: 3\n"
    assert parse_yaml(text, "x.yml") == {
        "a": "yes",
        "b": True,
        "c": "2024-02-29",
        "d": 1.1,
        "e": "1.10",
        "f": 3,
    }
    with pytest.raises(RenderError, match=r"x\.yml:3: not valid YAML"):
        parse_yaml("a: 1\nb: [\n", "x.yml")
    with pytest.raises(RenderError, match=r"x\.yml:1: expected"):
        parse_yaml("- a\n", "x.yml")


def test_settings_are_laid_upon_each_other() -> None:
    assert merged({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 3}, "d": [2]}) == {
        "a": {"b": 3, "c": 2},
        "d": [1, 2],
    }
    assert merged({"css": "a.css", "n": 1}, {"css": ["b.css", "a.css"], "n": [2]}) == {
        "css": ["a.css", "b.css"],
        "n": [1, 2],
    }
    assert listed(None) == []
    assert listed("a") == ["a"]
    project = {"lang": "en", "toc": True, "format": {"html": {"toc": False}, "docx": "default"}}
    front = {"lang": "en-GB", "format": {"html": {"css": "a.css"}}}
    assert format_settings(project, front) == {
        "html": {"lang": "en-GB", "toc": False, "css": "a.css"},
        "docx": {"lang": "en-GB", "toc": True},
    }


def test_metadata_files_and_profile(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text("metadata-files: [m.yml]\nlang: en\nproject:\n  type: manuscript\n")
    (tmp_path / "m.yml").write_text("lang: fr\nkeywords: [a]\n")
    (tmp_path / "_quarto-draft.yml").write_text("lang: it\nproject:\n  output-dir: out\n")
    (tmp_path / "_quarto-late.yml").write_text("lang: de\n")
    plain = read_project(tmp_path)
    assert plain.settings == {"lang": "en", "keywords": ["a"]}
    assert (plain.main, plain.output.name) == ("index.qmd", "_manuscript")
    draft = read_project(tmp_path, ("draft", "late"))
    assert (draft.settings["lang"], draft.output.name) == ("it", "out")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"format": {"typst": "default"}}, "'typst' is not supported"),
        ({"format": {"html": {"execute": {"echo": True}}}}, "cells run once"),
        ({"crossref": {"fig-title": "Abb."}}, "'crossref' is not supported"),
        ({"format": {"html": {"fig-cap-location": "top"}}}, "'fig-cap-location' is not supported"),
        ({"lang": "it"}, "in English only, not in 'it'"),
        ({"jupyter": "julia-1.9"}, "only the Jupyter kernel of Python"),
        ({"engine": "knitr"}, "only the Jupyter kernel of Python"),
    ],
)
def test_settings_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(RenderError, match=message):
        format_settings(settings, {})


def test_execute_settings() -> None:
    found = execute_settings({"fig-width": 4, "execute": {"echo": False, "cache": False}})
    assert (found["echo"], found["fig-width"], found["warning"]) == (False, 4, True)
    with pytest.raises(RenderError, match="unknown key 'ecko'"):
        execute_settings({"execute": {"ecko": False}})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("project:\n  type: website\n", "'website' are not supported"),
        ("project:\n  render: [a.qmd, b.qmd]\n", "one manuscript a project"),
        ("metadata-files: [no.yml]\n", "no.yml: the file does not exist"),
    ],
)
def test_projects_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "_quarto.yml").write_text(text)
    with pytest.raises(RenderError, match=message):
        read_project(tmp_path)


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"has no _quarto\.yml"):
        read_project(tmp_path)
