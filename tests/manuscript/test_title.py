"""The title page: who may stand above which data, words counted, the article dated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from poems_report.manuscript.jats import date_article
from poems_report.manuscript.source import read_document
from poems_report.manuscript.title import authors, letters, title_page
from poems_report.manuscript.wordcount import abstract_words, evaluated, inline_code, main_words
from poems_report.study.config import Author

PERSON = Author(
    name="Ada Elm", affiliation="Wood", orcid="0000-0002-1825-0097", email="a@example.org", corresponding=True
)
GROUP = Author(name="Tree Ring Group", affiliation="Wood")


def config_of(study, provenance: str, *authors: Author):
    return study.config.model_copy(update={"provenance": provenance, "authors": authors})


@pytest.mark.parametrize(
    "author",
    [
        PERSON,
        Author(name="A. Elm"),
        Author(name="Elm, A."),
        Author(name="Elm"),
        GROUP.model_copy(update={"email": "a@b.c"}),
    ],
)
def test_invented_numbers_stand_under_no_name(study, author) -> None:
    config = config_of(study, "illustrative", author, GROUP)
    names = [one["name"] for one in authors(config)]
    assert names == ["Tree Ring Group", "Illustrative data: the study's authors are not named"]
    assert letters(config) == []
    assert "orcid" not in str(authors(config))


def test_observed_numbers_stand_under_the_authors(study) -> None:
    config = config_of(study, "observed", PERSON, GROUP)
    first, second = authors(config)
    assert first == {
        "name": "Ada Elm", "orcid": "0000-0002-1825-0097", "email": "a@example.org", "corresponding": True,
        "affiliations": [{"name": "Wood"}],
    }  # fmt: skip
    assert second["name"] == "Tree Ring Group"
    assert title_page(letters(config), 3, 5) == (
        "Correspondence: Ada Elm, a@example.org. Words: 3 in the abstract, 5 in the main text."
    )
    assert title_page([], 3, 5) == "Words: 3 in the abstract, 5 in the main text."


TEXT = """---
title: T
abstract: |
  **Aim.** Of {{< var n >}} trees.
---

Not counted, before any section.

# Introduction {#sec-introduction}

Two words [@alder2019, p. 3]; see @sec-results and `{python} n` trees.

| a | b |
|---|---|

# Results {#sec-results .x}

::: {.note}
Concordant
:   [Both]{.constant} – or not.
:::

```{python}
1
```

# Other {#sec-other}

Not counted.
"""


def test_words_are_counted_as_printed(project: Callable[..., Path]) -> None:
    document = read_document(project(TEXT), "index.qmd")
    assert inline_code(document) == ("n",)
    values = evaluated(("n", "1 / 0"), {"n": "4 of 7"})
    assert values == {"n": "4 of 7", "1 / 0": "?"}
    # Two words see Section 2 and 4 of 7 trees = 10; Concordant Both or not = 4
    assert main_words(document, values) == 14
    assert abstract_words(document, lambda text: text.replace("{{< var n >}}", "12")) == 4


ARTICLE = (
    "<article><front><article-meta><title-group/><contrib-group/>{}"
    "<permissions/><abstract/></article-meta></front></article>"
)


def test_an_article_is_dated_once_and_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "index.xml"
    path.write_text(ARTICLE.format(""))
    date_article(path, date(2024, 2, 29))
    first = path.read_bytes()
    head = etree.fromstring(first).find("front/article-meta")
    assert [child.tag for child in head] == [
        "title-group",
        "contrib-group",
        "pub-date",
        "permissions",
        "abstract",
    ]
    assert head.find("pub-date").get("iso-8601-date") == "2024-02-29"
    assert [child.text for child in head.find("pub-date")] == ["29", "2", "2024"]
    date_article(path, date(2025, 1, 1))
    assert path.read_bytes() == first
