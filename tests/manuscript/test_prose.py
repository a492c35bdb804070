"""Numbers typed into a chapter are found with file and line; computed, cited and marked ones are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from poems_report.errors import CheckError
from poems_report.manuscript import render
from poems_report.manuscript.prose import typed_digits

GOOD = """
# Head {#sec-1 data-x="2"}

On [day 0]{.constant}, `{python} a.b("12")` of {{< var patients2 >}} patients; see @fig-2 and @alder2019, p. or
[@alder2019, pp. 3-4; see also @cedar2008].[^1] In log2, of TREE-9 and [a [nested] 7]{.x .constant}.

<!-- 5 years -->

1. One item, [linked](https://example.org/2024/1 "off").
2. Another, at <https://example.org/3>.

[^1]: A note.

::: {#tbl-3 layout-ncol=2}
![Panel](dot.png){width=20%}
:::

```{python}
#| label: tbl-3
#| tbl-cap: "Trees of the wood."
#| fig-width: 3
8 * 8
```

```python
x = 8
```
"""


def folder_of(tmp_path: Path, text: str, settings: str = "prose-terms: [TREE-9]\n") -> Path:
    (tmp_path / "_quarto.yml").write_text(f"project: {{type: default, render: [index.qmd]}}\n{settings}")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.qmd").write_text("---\ntitle: T\n---\n\n{{< include /chapters/_a.qmd >}}\n")
    (tmp_path / "chapters" / "_a.qmd").write_text(text)
    return tmp_path


def test_computed_cited_and_marked_numbers_pass(tmp_path: Path) -> None:
    assert typed_digits(folder_of(tmp_path, GOOD), "index.qmd") == ()


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("All was seen\nin 8 patients.\n", 2, "8"),
        ("It fell by −84%.\n", 1, "−84%"),
        ("Half (½) of it.\n", 1, "½"),
        ("Wrapped\n8. so it is no list.\n", 2, "8"),
        ("In log20 of them.\n", 1, "log20"),
        ('Of `{python} "8 patients"` here.\n', 1, "{python}"),
        ('Of `{python} f"8 of {n}"` here.\n', 1, "{python}"),
        ("Code `x = 8` is read.\n", 1, "8"),
        ("![Panel 8](dot.png)\n", 1, "8"),
        ('![Panel](dot.png){fig-alt="A line to 8."}\n', 1, "8"),
        ("| a | b |\n|---|---|\n| x | 8 |\n", 3, "8"),
        ('```{python}\n#| label: tbl-x\n#| tbl-cap: "Of 8 trees."\n1\n```\n', 3, "8"),
        ("```{=html}\n<p class='c1'>of 8</p>\n```\n", 2, "8"),
        ("On [day 0]{.other} it was.\n", 1, "0"),
    ],
)
def test_a_typed_number_is_found(tmp_path: Path, text: str, line: int, word: str) -> None:
    (fault,) = typed_digits(folder_of(tmp_path, text), "index.qmd")[:1]
    assert fault.startswith(f"chapters/_a.qmd:{line}: a number in prose that is neither computed, cited nor")
    assert word in fault


def test_the_front_matter_is_prose_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "Nothing.\n")
    (folder / "index.qmd").write_text(
        "---\ntitle: T\ndate: 2024-02-29\nabstract: |\n  One.\n  In 8 patients.\nx: 9\n---\n\nText.\n"
    )
    (fault,) = typed_digits(folder, "index.qmd")
    assert fault.startswith("index.qmd:6: ")


def test_each_line_is_reported(tmp_path: Path) -> None:
    faults = typed_digits(folder_of(tmp_path, "In 8.\n\nText.\n\nIn 9 and 10.\n"), "index.qmd")
    assert [fault.split(":")[1] for fault in faults] == ["1", "5", "5"]


def test_only_a_strict_rendering_fails(project: Callable[..., Path]) -> None:
    folder = project("In 8 patients.\n")
    render(folder, formats=["html"], engine="embedded")
    with pytest.raises(CheckError, match=r"index\.qmd:\d+: a number in prose"):
        render(folder, formats=["html"], engine="embedded", strict=True)


def test_no_number_of_this_manuscript_is_typed(root: Path) -> None:
    assert typed_digits(root, "index.qmd") == ()
