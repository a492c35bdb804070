"""Whatever is wrong with a manuscript is told with file and line, and the documents made last stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from poems_report.errors import CheckError, RenderError
from poems_report.manuscript import render

WIDTHS = """```{python}
#| label: tbl-a
#| tbl-cap: T
#| tbl-colwidths: [60,40,3]
from IPython.display import Markdown
Markdown("| a | b |\\n|---|---|\\n| 1 | 2 |")
```
"""

FAULTS = [
    ("unresolved figure", "One.\n\nSee @fig-none.\n", 7, "@fig-none leads to nothing"),
    ("unnumbered section", "# A {#sec-a .unnumbered}\n\nSee @sec-a.\n", 7, "@sec-a leads to nothing"),
    ("citation", "One.\n\nSee [@ghost1999].\n", 7, "@ghost1999 is in no bibliography"),
    ("mixed bracket", "# A {#sec-a}\n\n[@sec-a; @alder2019]\n", 7, "one bracket with a citation"),
    ("image", "One.\n\n![Gone](gone.png)\n", 7, "gone.png does not exist"),
    ("image from the net", "![Far](https://example.org/a.png)\n", 5, "would have to be fetched"),
    ("no alternative text", "One.\n\n![](dot.png)\n", 7, "no alternative text"),
    (
        "label of figures",
        "![A](dot.png){#fig-a}\n\n![B](dot.png){#fig-a}\n",
        7,
        "'fig-a' is used twice, first in index.qmd:5",
    ),
    ("label of sections", "# A {#sec-a}\n\n# B {#sec-a}\n", 7, "'sec-a' is used twice"),
    ("dead link", "[a](#nowhere)\n", 5, "#nowhere leads nowhere"),
    ("widths", '| a |\n|---|\n| 1 |\n\n: T {#tbl-a tbl-colwidths="[1,2]"}\n', 9, "do not fit"),
    ("unknown shortcode", "One.\n\n{{< video a.mp4 >}}\n", 7, "unknown shortcode 'video'"),
    ("broken shortcode", "One {{< meta\nversion >}}\n", 5, "does not end on the same line"),
    ("include in a sentence", "One {{< include a.qmd >}}\n", 5, "must stand alone"),
    ("missing include", "One.\n\n{{< include no.qmd >}}\n", 7, "'no.qmd' does not exist"),
    ("unknown language", "```{r}\n1\n```\n", 5, "'r' are not supported"),
    (
        "unknown cell option",
        "```{python}\n#| echo: true\n#| fig-foo: 1\n1\n```\n",
        7,
        "unknown cell option 'fig-foo'",
    ),
    ("cell options in braces", "```{python, echo=FALSE}\n1\n```\n", 5, "begin with '#|'"),
    ("bad YAML in a cell", "```{python}\n#| echo: [\n1\n```\n", 6, "not valid YAML"),
    ("shortcode in a cell", "```{python}\n'{{< meta a >}}'\n```\n", 6, "inside a code cell"),
    ("open cell", "One.\n\n```{python}\n1\n", 7, "has no end"),
    ("open block", "One.\n\n::: {.x}\nTwo.\n", 7, "has no end"),
    ("margin column", "::: {.column-margin}\nx\n:::\n", 5, "'column-margin' is not supported"),
    ("bare class", "::: aside\nx\n:::\n", 5, "'aside' is not supported"),
    ("layout", '::: {layout="[[1,1]]"}\nx\n:::\n', 5, "'layout' is not supported"),
    ("listing", "::: {#lst-a}\nx\n:::\n", 5, "'lst-a' are not supported"),
    ("listing of code", '```{#lst-a .python lst-cap="C"}\n1\n```\n', 5, "'lst-cap' is not supported"),
    ("name of a file", '```{.python filename="a.py"}\n1\n```\n', 5, "'filename' is not supported"),
    ("annotated code", "```python\na = 1\nb = 2  # <1>\n```\n\n1. Sets b\n", 7, "annotations of code"),
    ("list table", "::: {.list-table}\n* - a\n:::\n", 5, "'list-table' is not supported"),
    ("note in the margin", "One [two]{.aside}.\n", 5, "the class 'aside' is not supported"),
    ("condition", '[a]{.content-visible when-format="html:js"}\n', 5, "the format 'html:js'"),
    ("include in a list", "- a\n\n  {{< include a.qmd >}}\n", 7, "must begin at the left margin"),
    ("include with arguments", "{{< include a.qmd b=1 >}}\n", 5, "with the name of one file"),
    ("widths of a cell", WIDTHS, 8, "the widths [60, 40, 3] do not fit the columns"),
    ("raw TeX", "One \\textbf{two}.\n", 5, "cannot show '\\\\textbf{two}'"),
    ("formula", "One $\\nonsense{x}$.\n", 5, "cannot show this formula"),
]


@pytest.mark.parametrize(("name", "body", "line", "message"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_fault_names_file_and_line(
    project: Callable[..., Path], name: str, body: str, line: int, message: str
) -> None:
    with pytest.raises(RenderError) as caught:
        render(project(body), engine="embedded", formats=["html"])
    assert (caught.value.file, caught.value.line) == ("index.qmd", line)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"index.qmd:{line}: ")


def test_a_raw_piece_that_is_no_xml(project: Callable[..., Path]) -> None:
    with pytest.raises(RenderError, match="the article is no XML, a raw piece of JATS may be broken"):
        render(project("```{=jats}\n<boxed-text>\n```\n"), engine="embedded", formats=["jats"])


def test_circular_include(project: Callable[..., Path]) -> None:
    files = {"c/_a.qmd": "One.\n\n{{< include /c/_b.qmd >}}\n", "c/_b.qmd": "{{< include c/_a.qmd >}}\n"}
    with pytest.raises(
        RenderError, match=r"c/_b\.qmd:1: circular include: c/_a\.qmd -> c/_b\.qmd -> c/_a\.qmd"
    ):
        render(project("{{< include c/_a.qmd >}}\n", files=files), engine="embedded", formats=["html"])


def test_fault_in_a_chapter_names_the_chapter(project: Callable[..., Path]) -> None:
    files = {"c/_a.qmd": "One.\n\nTwo @sec-none.\n"}
    with pytest.raises(RenderError, match=r"^c/_a\.qmd:3: "):
        render(project("{{< include c/_a.qmd >}}\n", files=files), engine="embedded", formats=["html"])


@pytest.mark.parametrize(
    ("cells", "line", "message"),
    [
        ("```{python}\n#| echo: true\nx = 1\nx / 0\n```\n", 8, "ZeroDivisionError: division by zero"),
        ("One.\n\n```{python}\nx = = 1\n```\n", 8, "SyntaxError"),
        ("One.\n\nTwo `{python} nobody`.\n", 7, "NameError: name 'nobody' is not defined"),
        ("```{python}\n#| label: fig-a\nprint(1)\n```\n", 6, "'fig-a' made no figure"),
        ("```{python}\n#| label: tbl-a\nNone\n```\n", 6, "'tbl-a' made no table"),
        ("```{python}\n#| tbl-cap: T\n1\n```\n", 6, "needs a label that begins with 'tbl-'"),
        ("```{python}\nimport os\nos._exit(1)\n```\n", 5, "the kernel stopped"),
    ],
)
def test_failing_cell(project: Callable[..., Path], cells: str, line: int, message: str) -> None:
    with pytest.raises(RenderError) as caught:
        render(project(cells), engine="embedded", formats=["html"])
    assert (caught.value.file, caught.value.line) == ("index.qmd", line)
    assert message in str(caught.value)


def test_last_good_documents_stay(project: Callable[..., Path]) -> None:
    folder = project("All is well.\n")
    made = render(folder, engine="embedded", formats=["html", "docx"])
    before = {kind: path.read_bytes() for kind, path in made.files.items()}
    (folder / "index.qmd").write_text("---\ntitle: T\n---\n\nSee @fig-none.\n")
    with pytest.raises(RenderError):
        render(folder, engine="embedded", formats=["html", "docx"])
    assert {kind: path.read_bytes() for kind, path in made.files.items()} == before
    assert sorted(p.name for p in (folder / "made").iterdir()) == ["index.docx", "index.html"]


def test_shortcode_without_a_value_is_told(project: Callable[..., Path]) -> None:
    folder = project("One {{< var no.such >}} and {{{< meta title >}}}.\n")
    made = render(folder, engine="embedded", formats=["html"])
    assert made.warnings == ("index.qmd:5: ?var:no.such has no value",)
    assert "{{&lt; meta title &gt;}}" in made.files["html"].read_text()
    with pytest.raises(CheckError, match=r"no\.such"):
        render(folder, engine="embedded", formats=["html"], strict=True)


def test_failing_script(project: Callable[..., Path]) -> None:
    folder = project(
        "One.\n",
        files={"_quarto.yml": "project:\n  pre-render: a.py\n", "a.py": "raise OSError('no disk')\n"},
    )
    with pytest.raises(RenderError, match=r"a\.py: the script failed:[\s\S]*no disk"):
        render(folder, engine="embedded", formats=["html"])


def test_style_that_is_not_there_fails_the_pdf(project: Callable[..., Path]) -> None:
    settings = "format:\n  pdf:\n    css: gone.css\n"
    with pytest.raises(RenderError, match=r"(?s)the PDF has faults.*gone\.css"):
        render(project("One.\n", settings), engine="embedded", formats=["pdf"])


def test_pdf_reads_nothing_outside_of_the_project(project: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "secret.css").write_text("p { color: red }")
    settings = "format:\n  pdf:\n    css: ../secret.css\n"
    with pytest.raises(RenderError, match="the PDF has faults"):
        render(project("One.\n", settings), engine="embedded", formats=["pdf"])
