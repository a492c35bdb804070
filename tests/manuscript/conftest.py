"""Small manuscript projects, built where a test needs them; one that holds everything, rendered once."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from poems_report.manuscript import Rendered, render

BIBLIOGRAPHY = """
@article{alder2019, author = {Alder, Ines and Birch, Otto}, title = {Counting twice}, journal = {Journal of Trees},
  year = {2019}, volume = {4}, pages = {10--19}, doi = {10.5555/jot.4.10}}
@book{cedar2008, author = {Cedar, Uma}, title = {Rings}, publisher = {Forest Press}, year = {2008}}
"""

EVERYTHING = {
    "_quarto.yml": """
project:
  type: default
  render: [index.qmd]
  output-dir: made
  pre-render: before.py
  post-render: after.py
version: "1.10"
metadata-files: [_people.yml]
number-sections: true
bibliography: books.bib
link-citations: true
lang: en
execute:
  echo: false
format:
  html:
    toc: true
    css: look.css
  pdf:
    pdf-engine: weasyprint
    pdf-engine-opt: --pdf-variant=pdf/ua-1
    css: look.css
  docx: default
  jats: default
""",
    "before.py": "import os, pathlib\n"
    "engine = os.environ['POEMS_REPORT_ENGINE'].split()[0]\n"
    "pathlib.Path('_variables.yml').write_text('kind: oak\\nmaker: ' + engine + '\\n')\n"
    "pathlib.Path('_people.yml').write_text('author:\\n  - name: Ada Elm\\n    orcid: 0000-0002-1825-0097\\n"
    "    affiliations: [Institute of Trees]\\nkeywords: [oak, ring]\\n')\n",
    "after.py": "import os, pathlib\n"
    "out = pathlib.Path(os.environ['QUARTO_PROJECT_OUTPUT_DIR'])\n"
    "(out / 'list.txt').write_text('\\n'.join(sorted(p.name for p in out.iterdir())))\n",
    "look.css": "body { font-family: 'Source Sans 3', sans-serif }\n.lead { background: url(dot.png) }\n",
    "books.bib": BIBLIOGRAPHY,
    "index.qmd": """---
title: "Trees of version {{< meta version >}}"
date: 2024-02-29
abstract: |
  Half of `{python} 2 * 21` is below; see @sec-parts.
---

```{python}
#| label: setup
#| include: false
import matplotlib.pyplot as plt
import pandas as pd
from great_tables import GT
from IPython.display import Markdown
trees = pd.DataFrame({"tree": ["oak", "elm"], "height": [21.5, 9.25]})
print("never shown")
```

# Before {.unnumbered}

No number here, see @sec-first.

# First {#sec-first}

{{< include /chapters/_parts.qmd >}}

# References {.unnumbered}

::: {#refs}
:::
""",
    "chapters/_parts.qmd": """
## Parts {#sec-parts}

The {{< var kind >}} was made by {{< var engine >}} ({{< var maker >}}); `{python} len(trees)` trees, named
`{python} "*as* <written>"` and `{python} Markdown("*as made*")`. Figures: @fig-one, [-@fig-two], [Panel @fig-two-b],
[@fig-file; @fig-code-2]. Tables: @tbl-pipe and @tbl-made. As @alder2019 says [@cedar2008, p. 3].[^n]

[^n]: A note on @sec-first, in **bold**.

```{python}
#| label: fig-one
#| fig-cap: "One *line*, after @cedar2008."
#| fig-alt: "A rising line, 1 < 2 & on."
#| fig-width: 2
#| fig-height: 1
plt.plot([1, 2])
plt.text(0.1, 1.5, "Heights")
plt.show()
```

::: {#fig-two layout-ncol=2}

![Left](dot.png){#fig-two-a}

![Right](/dot.png){#fig-two-b fig-alt="The right dot."}

Two dots.
:::

![A dot from a file.](dot.png){#fig-file width=20%}

```{python}
#| label: fig-code
#| fig-cap: "Made twice."
#| fig-subcap: ["Here", "There"]
#| layout-ncol: 2
for n in (1, 2):
    fig, ax = plt.subplots(figsize=(1, 1))
    ax.plot([n, 1])
    plt.show()
```

| tree | height |
|:-----|-------:|
| oak  |   21.5 |

: A pipe table. {#tbl-pipe tbl-colwidths="[30,70]"}

```{python}
#| label: tbl-made
#| tbl-cap: "Made with a spanner."
GT(trees, id="t").tab_spanner(label="Size", columns=["height"]).tab_source_note("Source: a walk.")
```

```{python}
trees
```

$$
x = \\frac{a}{b}
$$ {#eq-half}

By @eq-half and @thm-small, and @nte-box.

::: {#thm-small}
## Small

It holds for $n < 10$.
:::

::: {#nte-box .callout-note}
## Boxed

Inside the box.
:::

::: {.callout-tip collapse="true"}
A tip without a title.
:::

::: {.content-visible when-format="docx"}
Only in Word.
:::

::: {.content-hidden when-format="docx"}
Not in Word.
:::

```{python}
#| echo: true
#| warning: false
import warnings
warnings.warn("kept back")
print("printed </script> & more")
```

# Extra {.appendix}

Comes last.
""",
}


def dot() -> bytes:
    """A grey PNG of two by two pixels, written by hand."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\x80\x80\0\x80\x80")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def write_project(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in {"dot.png": dot(), **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Makes a project of one text, with further settings and files."""

    def make(text: str, settings: str = "", files: Mapping[str, str | bytes] | None = None) -> Path:
        head = "project:\n  type: default\n  output-dir: made\n"
        start = "" if text.startswith("---") else "---\ntitle: A small text\n---\n\n"
        own = {"_quarto.yml": head + settings, "index.qmd": start + text}
        return write_project(tmp_path / "project", {**own, **(files or {})})

    return make


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rendered, Rendered]]:
    """The project that holds everything, rendered in two places by the embedded engine."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        patch.setenv("HOME", os.devnull + "/none")
        for name in ("first", "second"):
            folder = write_project(tmp_path_factory.mktemp(name) / "project", EVERYTHING)
            made.append(render(folder, engine="embedded"))
    yield made[0], made[1]
