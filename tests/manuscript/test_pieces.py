"""Shortcodes, title block, tables, formulas, and the kernel by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from lxml import html

from poems_report.errors import RenderError
from poems_report.manuscript.cells import fenced, quoted
from poems_report.manuscript.formulas import draw_formulas
from poems_report.manuscript.kernel import Failure, Kernel, running_kernel
from poems_report.manuscript.kernel_side import inline
from poems_report.manuscript.shortcodes import Shortcodes
from poems_report.manuscript.tables import aligned_by_class, plain_tables
from poems_report.manuscript.titleblock import title_block

TODAY = date(2024, 2, 29)


@pytest.fixture
def codes() -> Shortcodes:
    return Shortcodes({"a": {"b": ["x", "y"]}, "on": True, "n": 1.5}, {"site": "**Rome**"})


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{< meta a.b.2 >}} {{<meta on>}} {{< meta n >}}", "y true 1.5"),
        ('[{{< var "site" >}}](u)', "[**Rome**](u)"),
        ("`{{{< meta a >}}}` {{< meta n >}}", "`{{< meta a >}}` 1.5"),
        ("  {{< pagebreak >}}", "  \n::: {.pagebreak}\n:::\n"),
        ("no code { { < here", "no code { { < here"),
    ],
)
def test_shortcodes(codes: Shortcodes, text: str, filled: str) -> None:
    assert codes.fill(text, "f.qmd", 1) == filled
    assert codes.missing == []


def test_missing_values_are_noted(codes: Shortcodes) -> None:
    assert codes.fill("{{< meta a.b >}} {{< var gone >}}", "f.qmd", 7) == "**?meta:a.b** **?var:gone**"
    assert codes.missing == [("meta:a.b", "f.qmd", 7), ("var:gone", "f.qmd", 7)]


def test_authors_for_each_format() -> None:
    meta = {
        "author": [
            "Ada Elm",
            {
                "name": "Otto van der Birch",
                "email": "o@example.org",
                "corresponding": True,
                "affiliations": [{"ref": "w"}],
            },
            {"name": "The Ring Group 2"},
        ],
        "affiliations": [{"id": "w", "name": "Wood"}],
        "date": "today",
        "keywords": ["a"],
    }
    page = title_block(meta, "html", TODAY)
    assert page["author"] == ["Ada Elm", "Otto van der Birch", "The Ring Group 2"]
    assert page["by-author"][1]["affiliations"] == [{"id": "w", "name": "Wood"}]
    assert page["date"] == "February 29, 2024"
    assert title_block(meta, "docx", TODAY)["date"] == "2024-02-29"
    article = title_block(meta, "jats", TODAY)
    assert [a.get("surname") for a in article["author"]] == ["Elm", "van der Birch", None]
    assert article["author"][1]["affiliation"] == [article["affiliation"][0]["id"]]
    assert article["article"]["author-notes"]["corresp"][0]["email"] == "o@example.org"
    assert article["date"] == {"iso-8601": "2024-02-29", "year": "2024", "month": "02", "day": "29"}
    assert article["tags"] == ["a"]


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ({"author": [{"email": "x@example.org"}]}, "no name"),
        ({"author": [{"name": "A B", "affiliations": [{"ref": "q"}]}]}, "'q' is not listed"),
    ],
)
def test_authors_refused(meta: dict[str, object], message: str) -> None:
    with pytest.raises(RenderError, match=message):
        title_block(meta, "html", TODAY)


def test_tables_lose_their_looks_and_keep_their_content() -> None:
    made = plain_tables(
        '<div><style>.x{}</style><table class="gt_table">'
        '<thead><tr><th colspan="2" class="gt_center">H</th></tr></thead><tbody><tr>'
        '<td class="gt_row gt_right" style="color: red"><b>1</b><span class="gt_footnote_marks">a</span></td>'
        '<td rowspan="1" onclick="x()"><span>&lt;script&gt;</span><script>bad()</script></td>'
        "</tr></tbody></table></div>"
    )
    assert made is not None
    table = html.fromstring(made)
    assert [(c.tag, c.get("colspan"), c.get("style")) for c in table.iter("th", "td")] == [
        ("th", "2", "text-align: center"),
        ("td", None, "text-align: right"),
        ("td", None, None),
    ]
    assert [e.text for e in table.iter("sup")] == ["a"]
    assert [e.text for e in table.iter("b")] == ["1"]
    assert "bad()" not in made
    assert "onclick" not in made
    assert "&lt;script&gt;" in made
    assert plain_tables("<b>no table</b>") is None


def test_markdown_in_a_cell_is_left_for_the_filter() -> None:
    made = plain_tables('<table><tr><td><span data-qmd="@sec-a" class="x">a</span></td></tr></table>')
    assert made is not None
    (span,) = html.fromstring(made).iter("span")
    assert (dict(span.attrib), span.text) == ({"data-qmd": "@sec-a"}, "a")


def test_headers_in_the_body_head_their_row() -> None:
    made = plain_tables(
        "<table><tbody><tr><th>a</th><td>1</td></tr><tr><th colspan=2>b</th></tr></tbody></table>"
    )
    assert made is not None
    cells = [(c.tag, c.get("scope"), c.text) for c in html.fromstring(made).iter("th", "td")]
    assert cells == [("th", "row", "a"), ("td", None, "1"), ("td", None, "b")]


def test_fences_are_longer_than_what_they_hold() -> None:
    assert fenced("a\n````\nb").startswith("`````\n")
    assert quoted('say "a\\b"\n now') == '"say \\"a\\\\b\\" now"'


@pytest.mark.parametrize(
    ("value", "shown"), [("a*b", "a\\*b"), (0.1 + 0.2, "0\\.30000000000000004"), (None, "None")]
)
def test_values_within_a_sentence(value: object, shown: str) -> None:
    assert inline(value) == shown


def test_formulas_that_pandoc_left_are_drawn() -> None:
    page = draw_formulas(
        '<p><span class="math inline">$\\frac{a}{b}$</span> <span class="math inline"><em>x</em></span></p>'
    )
    (image,) = html.fromstring(page).iter("img")
    assert image.get("alt") == "\\frac{a}{b}"
    assert image.get("src").startswith("data:image/svg+xml;base64,")
    assert "<em>x</em>" in page
    with pytest.raises(RenderError, match="cannot show this formula"):
        draw_formulas('<span class="math inline">$\\nonsense{x}$</span>')


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with running_kernel(tmp_path_factory.mktemp("work"), {"COLOUR": "green"}) as running:
        yield running


def test_kernel_runs_code(kernel: Kernel) -> None:
    outputs = kernel.run(
        "import os, sys\nprint(os.environ['COLOUR'])\nprint(2)\nprint(3, file=sys.stderr)\n4"
    )
    assert [(o.kind, o.data["text/plain"]) for o in outputs] == [
        ("stdout", "green\n2\n"),
        ("stderr", "3\n"),
        ("data", "4"),
    ]


def test_kernel_is_this_interpreter(kernel: Kernel) -> None:
    import sys

    assert kernel.run("import sys; print(sys.executable)")[0].data["text/plain"].strip() == sys.executable


def test_kernel_evaluates_many_values_at_once(kernel: Kernel) -> None:
    kernel.run("seven = 7")
    values = kernel.values(["seven", "'_'", "nobody", "seven +"])
    assert values[:2] == ["7", "\\_"]
    assert [v.summary.split(":")[0] for v in values[2:] if isinstance(v, Failure)] == [
        "NameError",
        "SyntaxError",
    ]


def test_kernel_tells_the_line(kernel: Kernel) -> None:
    with pytest.raises(Failure) as caught:
        kernel.run("def f():\n    return 1 / 0\n\nf()")
    assert (caught.value.summary, caught.value.line) == ("ZeroDivisionError: division by zero", 4)
    (error,) = kernel.run("1 / 0", keep_errors=True)
    assert error.kind == "error"
    assert "\x1b" not in error.data["text/plain"]


def test_kernel_works_in_its_folder(kernel: Kernel, tmp_path_factory: pytest.TempPathFactory) -> None:
    (output,) = kernel.run("import os; print(os.getcwd())")
    assert Path(output.data["text/plain"].strip()).parent == tmp_path_factory.getbasetemp()


def test_cells_of_the_pdf_are_aligned_by_class() -> None:
    page = (
        '<td style="text-align: left;">a</td><th scope="col" style="text-align: right;">b</th>'
        '<td style="color: red;">c</td>'
    )
    assert aligned_by_class(page) == (
        '<td class="cell-left">a</td><th scope="col" class="cell-right">b</th><td style="color: red;">c</td>'
    )
