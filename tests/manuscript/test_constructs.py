"""Constructs of Quarto in places where they are rare: within lists, on code, on the table of a cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lxml import etree, html

from poems_report.manuscript import render

LIST = """1. A figure.

   ![A dot](dot.png){#fig-a}

2. Panels.

   ::: {#fig-b layout-ncol=2}
   ![One](dot.png){#fig-b-1}

   ![Two](dot.png){#fig-b-2}

   Both
   :::

3. A table.

   | a |
   |---|
   | 1 |

   : Few {#tbl-a}

4. A box.

   ::: {.callout-tip}
   ## Mind
   The step.
   :::

See @fig-a, @fig-b-2 and @tbl-a.
"""

WIDTHS = """```{python}
#| label: tbl-a
#| tbl-cap: T
#| tbl-colwidths: [75, 25]
from IPython.display import Markdown
Markdown("| a | b |\\n|---|---|\\n| 1 | 2 |")
```
"""

CONDITIONS = """```{.python .content-visible when-format="html"}
seen = "in HTML"
```

```{.python .content-hidden when-format="html"}
seen = "elsewhere"
```
"""


def article(path: Path) -> Any:
    """The article without its front matter."""
    return etree.parse(str(path)).find("body")


def said(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def test_floats_and_boxes_within_a_list(project: Callable[..., Path]) -> None:
    made = render(project(LIST), engine="embedded", formats=["html", "jats"]).files
    items = article(made["jats"]).findall("list/list-item")
    names = {one.tag: one for item in items for one in item.iterfind("p[@specific-use='wrapper']/*")}
    assert list(names) == ["fig", "fig-group", "table-wrap", "boxed-text"]
    assert [one.get("id") for one in names.values()] == ["fig-a", "fig-b", "tbl-a", None]
    assert [said(one.find("caption")) for one in names.values()] == ["A dot", "Both", "Few", "Mind"]
    assert [one.get("id") for one in names["fig-group"].iter("fig")] == ["fig-b-1", "fig-b-2"]
    assert names["boxed-text"].get("content-type") == "tip"
    assert names["fig-group"].get("specific-use") is None
    links = {
        link.get("rid"): (said(link), link.get("ref-type")) for link in article(made["jats"]).iter("xref")
    }
    assert links == {
        "fig-a": ("Figure 1", "fig"),
        "fig-b-2": ("Figure 2 (b)", "fig"),
        "tbl-a": ("Table 1", "table"),
    }
    page = html.parse(str(made["html"]))
    assert [one.get("id") for one in page.xpath("//ol/li/div[@id]")] == ["fig-a", "fig-b", "tbl-a"]


def test_widths_that_a_cell_states(project: Callable[..., Path]) -> None:
    made = render(project(WIDTHS), engine="embedded", formats=["html"]).files
    columns = html.parse(str(made["html"])).xpath("//div[@id='tbl-a']//col/@style")
    assert [style.replace(" ", "") for style in columns] == ["width:75%", "width:25%"]


def test_code_under_a_condition(project: Callable[..., Path]) -> None:
    made = render(project(CONDITIONS), engine="embedded", formats=["html", "jats"]).files
    page = html.parse(str(made["html"]))
    assert [said(one) for one in page.xpath("//main//pre")] == ['seen = "in HTML"']
    assert [said(one) for one in article(made["jats"]).iter("code", "preformat")] == ['seen = "elsewhere"']
