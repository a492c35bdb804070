"""Profiles are found as Quarto finds them, and the anonymous one keeps the authors out of every document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from poems_report.errors import CheckError, RenderError
from poems_report.manuscript import render
from poems_report.manuscript.profiles import active_profiles, withheld
from poems_report.manuscript.word import finish_docx

GROUPS = "profile:\n  group: [[final, draft], [authors, anonymous]]\n"


@pytest.mark.parametrize(
    ("settings", "variable", "asked", "expected"),
    [
        ("", "", None, ()),
        (GROUPS, "", None, ("final", "authors")),
        (GROUPS, "", "anonymous", ("anonymous", "final")),
        (GROUPS, "draft", None, ("draft", "authors")),
        (GROUPS, "draft", "anonymous", ("anonymous", "final")),
        (GROUPS, "", "draft, anonymous", ("draft", "anonymous")),
        ("profile:\n  group: [one, two]\n", "", None, ("one",)),
        ("profile:\n  default: [b, a]\n", "", None, ("b", "a")),
        ("profile:\n  default: b\n", "", None, ("b",)),
        ("profile:\n  default: b\n  group: [c, b]\n", "", None, ("b",)),
    ],
)
def test_profiles_in_force(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: str,
    variable: str,
    asked: str | None,
    expected: tuple[str, ...],
) -> None:
    (tmp_path / "_quarto.yml").write_text(settings)
    monkeypatch.setenv("QUARTO_PROFILE", variable)
    assert active_profiles(tmp_path, asked) == expected


def test_an_unknown_profile_is_named(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text(GROUPS)
    (tmp_path / "_quarto-plain.yml").write_text("lang: en\n")
    with pytest.raises(
        RenderError, match="no profile 'drafted', only anonymous, authors, draft, final, plain"
    ):
        active_profiles(tmp_path, "drafted")


AUTHORS = (
    "author:\n  - name: Ada Elm\n    orcid: 0000-0002-1825-0097\n    email: ada@elm.example\n"
    "    affiliations: [{name: Institute of Trees}]\n"
)


@pytest.fixture
def signed(project: Callable[..., Path]) -> Callable[[str], Path]:
    def make(text: str) -> Path:
        formats = "format:\n  html: default\n  pdf: default\n  docx: default\n  jats: default\n"
        return project(text, GROUPS + formats, {"_quarto-authors.yml": AUTHORS})

    return make


def test_only_the_anonymous_profile_leaves_the_authors_out(signed: Callable[[str], Path]) -> None:
    folder = signed("Elms are trees.\n")
    named = render(folder, engine="embedded").files
    assert "Ada Elm" in named["html"].read_text()
    bare = render(folder, folder / "bare", engine="embedded", profile="anonymous").files
    for path in bare.values():
        assert path.is_file()
    assert "Ada" not in bare["html"].read_text() + bare["jats"].read_text()
    assert not docx.Document(str(bare["docx"])).core_properties.author


@pytest.mark.parametrize(
    "told",
    [
        "Trees were counted by Ada\nElm.",
        "Ask ADA@elm.example.",
        "[x](a.html 'Ada Elm')",
        "```{=html}\n<!-- Ada Elm, see below -->\n```\n\n```{=jats}\n<!-- Ada Elm -->\n```",
    ],
)
def test_a_name_in_the_text_stops_the_anonymous_report(signed: Callable[[str], Path], told: str) -> None:
    folder = signed(f"{told}\n")
    with pytest.raises(CheckError) as caught:
        render(folder, engine="embedded", profile="anonymous")
    files = {failure.split(":")[0] for failure in caught.value.failures}
    assert {"index.html", "index.xml"} <= files
    assert not (folder / "made").exists()


def test_who_is_withheld(tmp_path: Path) -> None:
    (tmp_path / "_quarto-authors.yml").write_text(AUTHORS)
    assert withheld(tmp_path, ("authors",)) == ()
    assert withheld(tmp_path, ("anonymous",)) == (
        "Ada Elm",
        "0000-0002-1825-0097",
        "ada@elm.example",
        "Institute of Trees",
    )


def test_watermark_of_a_draft(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    document = docx.Document()
    document.add_paragraph("Text.")
    document.save(str(path))
    finish_docx(path, {}, "Keywords", "Draft")
    head = docx.Document(str(path)).sections[0].header._element
    (word,) = [
        one.get("string") for one in head.iter("{urn:schemas-microsoft-com:vml}textpath") if one.get("string")
    ]
    assert word == "Draft"
