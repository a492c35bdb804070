"""Which engine is taken; Quarto is played by small scripts that behave as it does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from poems_report.errors import CheckError, RenderError
from poems_report.manuscript import render
from poems_report.manuscript.quarto import find_quarto

PAGE = "<!DOCTYPE html><html lang=en><head><title>T</title></head><body><p>by quarto</p></body></html>"


@pytest.fixture
def quarto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a `quarto` on PATH that writes what it was given, or fails with a message."""

    def put(page: str | None = PAGE, message: str = "", version: str = "1.11.3") -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "quarto"
        program.write_text(
            f"#!{sys.executable}\n"
            "import os, pathlib, sys\n"
            f"if sys.argv[1:] == ['--version']:\n    print({version!r}); sys.exit({int(not version)})\n"
            f"sys.stderr.write({message!r})\n"
            "keys = ('QUARTO_PYTHON', 'SOURCE_DATE_EPOCH', 'POEMS_REPORT_ENGINE', 'PATH')\n"
            f"seen = pathlib.Path({str(tmp_path / 'seen')!r})\n"
            "seen.write_text('\\n'.join([*(os.environ[k] for k in keys), *sys.argv[1:]]))\n"
            "out = pathlib.Path(sys.argv[sys.argv.index('--output-dir') + 1])\n"
            "(out / 'index_files').mkdir(parents=True)\n"
            "(out / 'index_files' / 'a.png').write_bytes(b'x')\n"
            f"page = {page!r}\n"
            "if page is None: sys.exit(1)\n"
            "(out / 'index.html').write_text(page)\n"
        )
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return tmp_path / "seen"

    return put


def test_quarto_is_taken_where_it_works(project: Callable[..., Path], quarto: Callable[..., Path]) -> None:
    seen = quarto()
    folder = project("One.\n")
    made = render(folder, formats=["html"])
    assert made.engine == "quarto 1.11.3"
    assert made.warnings == ()
    assert made.files == {"html": folder / "made" / "index.html"}
    assert "by quarto" in made.files["html"].read_text()
    assert (folder / "made" / "index_files" / "a.png").read_bytes() == b"x"
    python, epoch, engine, path, *words = seen.read_text().split("\n")
    assert (python, epoch, engine) == (sys.executable, "1700000000", "quarto 1.11.3")
    assert path.split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert words[:2] == ["render", "."]
    assert words[-2:] == ["--to", "html"]
    assert not list(folder.glob(".rendering-*"))


def test_falls_back_with_quartos_own_words(project: Callable[..., Path], quarto: Callable[..., Path]) -> None:
    quarto(page=None, message="\x1b[31mERROR: out of\x1b[39m ink\n")
    made = render(project("One.\n"), formats=["html"])
    assert made.engine.startswith("embedded ")
    (warning,) = made.warnings
    assert "quarto 1.11.3 could not" in warning
    assert "ERROR: out of ink" in warning
    assert "One." in made.files["html"].read_text()
    assert not (made.files["html"].parent / "index_files").exists()


def test_asked_for_by_name_quarto_has_no_substitute(
    project: Callable[..., Path], quarto: Callable[..., Path]
) -> None:
    quarto(page=None, message="ERROR: out of ink")
    with pytest.raises(RenderError, match="Quarto failed: ERROR: out of ink"):
        render(project("One.\n"), engine="quarto", formats=["html"])


def test_missing_format_counts_as_failure(project: Callable[..., Path], quarto: Callable[..., Path]) -> None:
    quarto()
    with pytest.raises(RenderError, match="Quarto wrote no docx"):
        render(project("One.\n"), engine="quarto", formats=["html", "docx"])


def test_quartos_documents_are_checked_too(project: Callable[..., Path], quarto: Callable[..., Path]) -> None:
    quarto(page=PAGE.replace("by quarto", "see <strong>?@fig-gone</strong>"))
    folder = project("One.\n")
    with pytest.raises(CheckError, match=r"index\.html: unresolved reference \?@fig-gone"):
        render(folder, formats=["html"])
    assert not (folder / "made" / "index.html").exists()


def test_broken_quarto_is_none(quarto: Callable[..., Path]) -> None:
    quarto(version="")
    assert find_quarto() is None


def test_no_quarto(project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("poems_report.manuscript.choice.find_quarto", lambda: None)
    with pytest.raises(RenderError, match="no working Quarto"):
        render(project("One.\n"), engine="quarto")
    steps: list[str] = []
    made = render(tmp_path / "project", tmp_path / "elsewhere", formats=["jats"], progress=steps.append)
    assert made.engine.startswith("embedded ")
    assert made.files == {"jats": tmp_path / "elsewhere" / "index.xml"}
    assert "writing jats" in steps


def test_unknown_format(project: Callable[..., Path]) -> None:
    with pytest.raises(RenderError, match="'epub' is not supported"):
        render(project("One.\n"), formats=["epub"])


def test_figures_of_an_earlier_article_go(project: Callable[..., Path]) -> None:
    folder = project("![A dot](dot.png)\n")
    made = render(folder, engine="embedded", formats=["jats"])
    images = made.files["jats"].parent / "index_files"
    assert [p.name for p in images.iterdir()] == ["dot.png"]
    (folder / "index.qmd").write_text("---\ntitle: T\n---\n\nNone now.\n")
    render(folder, engine="embedded", formats=["html"])
    assert images.exists(), "the article that is there still needs them"
    render(folder, engine="embedded", formats=["jats"])
    assert not list(images.rglob("*.png"))
