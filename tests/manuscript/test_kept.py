"""What is kept is given back under its own key only, and never where it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from poems_report.manuscript.drawings import drawing
from poems_report.manuscript.kept import file_hashes, kept, key_of, read_kept


def test_made_once_under_a_key(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "kept.json"
    made = []

    def make(value: str) -> dict[str, str]:
        made.append(value)
        return {"is": value}

    assert kept(path, key_of("a"), lambda: make("first")) == {"is": "first"}
    assert kept(path, key_of("a"), lambda: make("second")) == {"is": "first"}
    assert kept(path, key_of("b"), lambda: make("third")) == {"is": "third"}
    assert made == ["first", "third"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": "k"}', '{"key": "k", "kept": []}', "\x00"])
def test_what_is_broken_counts_as_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "kept.json"
    path.write_text(content)
    assert read_kept(path, "k") is None


def test_visible_files_count_by_content(tmp_path: Path) -> None:
    for name in ("a.txt", "below/b.txt", ".hidden", "__pycache__/c.pyc", "out/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    found = file_hashes(tmp_path, lambda path: path.parts == ("out",))
    assert sorted(found) == ["a.txt", "below/b.txt"]
    (tmp_path / "a.txt").write_text("changed")
    assert file_hashes(tmp_path)["a.txt"] != found["a.txt"]


def test_a_drawing_is_made_anew_for_other_data_or_a_lost_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from plotnine import ggplot

    from poems_report.figures import Figure

    monkeypatch.chdir(tmp_path)
    made = []

    def figure() -> Figure:
        import pandas as pd

        made.append(len(made))
        return Figure("one", ggplot(), 40.0, 30.0, pd.DataFrame(), f"Caption {len(made)}.", "Alt.")

    def captions(data: dict[str, str]) -> str:
        return drawing("one", data, figure).caption

    assert captions({"a.csv": "1"}) == captions({"a.csv": "1"}) == "Caption 1."
    assert captions({"a.csv": "2"}) == "Caption 2."
    Path("_figures/one.png").unlink()
    assert captions({"a.csv": "2"}) == "Caption 3."
    assert captions({"a.csv": "2"}) == "Caption 3."
