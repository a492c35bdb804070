"""Cells run again where anything that they follow from changed, and only there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html

from poems_report.manuscript import execution, render

TEXT = """The file says `{python} open("data/n.txt").read().strip()`. WORDS

```{python}
#| label: fig-line
#| fig-cap: "A line."
#| fig-alt: "It rises."
import matplotlib.pyplot as plt
import os
with open(os.environ["QUARTO_RUNS"], "a") as runs:
    runs.write("run ")
plt.plot([1, 2])
plt.show()
```
"""


@pytest.fixture
def counted(project: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A project, how to render it, and how often its cell has run."""
    runs = tmp_path / "runs"
    monkeypatch.setenv("QUARTO_RUNS", str(runs))
    folder = project(TEXT, files={"data/n.txt": "17\n", "data/other.bin": b"\xff"})
    (folder / "README.md").write_text("not read")

    def shown(*, reuse: bool = True) -> tuple[str, int]:
        made = render(folder, engine="embedded", formats=["html"], reuse=reuse)
        page = html.document_fromstring(made.files["html"].read_bytes())
        assert page.xpath("//figure//*[name()='svg'] | //figure//img"), "the figure is there"
        return page.text_content(), len(runs.read_text().split())

    return folder, shown


def change(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def test_a_change_of_prose_runs_no_cell(counted) -> None:
    folder, shown = counted
    text, runs = shown()
    assert "The file says 17. WORDS" in text
    assert runs == 1
    change(folder / "index.qmd", "WORDS", "Other words.")
    text, runs = shown()
    assert "The file says 17. Other words." in text
    assert runs == 1
    assert shown(reuse=False)[1] == 2


@pytest.mark.parametrize("named", [False, True])
def test_what_shortcodes_print_is_prose_unless_a_cell_names_it(counted, named: bool) -> None:
    folder, shown = counted
    (folder / "_variables.yml").write_text("title_page: 12 words\n")
    if named:
        change(folder / "index.qmd", "plt.plot([1, 2])", "open('_variables.yml').close(); plt.plot([1, 2])")
    assert shown()[1] == 1
    (folder / "_variables.yml").write_text("title_page: 13 words\n")
    assert shown()[1] == 1 + named


@pytest.mark.parametrize(
    "changed", ["data", "unread file", "cell", "value", "kept figure", "program", "commit"]
)
def test_any_other_change_runs_them(counted, changed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, shown = counted
    shown()
    expected = "The file says 17."
    if changed == "data":
        (folder / "data" / "n.txt").write_text("18\n")
        expected = "The file says 18."
    elif changed == "unread file":
        (folder / "data" / "other.bin").write_bytes(b"\xfe")
    elif changed == "cell":
        change(folder / "index.qmd", "plt.plot([1, 2])", "plt.plot([2, 1])")
    elif changed == "value":
        change(folder / "index.qmd", ".strip()`", ".strip() + ' trees'`")
        expected = "The file says 17 trees."
    elif changed == "kept figure":
        image = min((folder / execution.KEPT).glob("*/index_files/*"))
        image.write_bytes(image.read_bytes()[:-9])
    elif changed == "commit":
        monkeypatch.setattr(execution.provenance, "commit", lambda folder: "another")
    else:
        monkeypatch.setattr(execution, "program_key", lambda: "another library")
    text, runs = shown()
    assert expected in text
    assert runs == 2


def test_nothing_is_kept_of_a_run_during_which_a_file_changed(counted) -> None:
    folder, shown = counted
    change(folder / "index.qmd", "plt.plot([1, 2])", "open('README.md', 'a').write('x'); plt.plot([1, 2])")
    shown()
    assert shown()[1] == 2


def test_what_cells_draw_anew_does_not_count_as_a_change_of_sources(counted) -> None:
    folder, shown = counted
    (folder / "_made").mkdir()
    (folder / "_made" / "drawing.txt").write_text("old")
    change(
        folder / "index.qmd",
        "plt.plot([1, 2])",
        "open('_made/drawing.txt', 'w').write('new'); plt.plot([1, 2])",
    )
    assert shown()[1] == 1
    assert shown()[1] == 1
    (folder / "_made" / "drawing.txt").write_text("touched by hand")
    assert shown()[1] == 2
