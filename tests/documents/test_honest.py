"""No p value is printed anywhere without its test, its n and its floor: read from the finished documents."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from lxml import html

from poems_report import tables
from tests.documents.conftest import BIN
from tests.documents.pdfs import pages

# A p value: p = 0.25, p<.05, P > 0.1; but neither "a p of at most 0.05", a limit, nor the floor itself.
P_VALUE = re.compile(
    r"(?<!possible )\bp(?:\s?-?values?)?\s?[=<>≤≥]\s?<?[\d.]+(?:e[-\u2212]?\d+)?", re.IGNORECASE
)
BESIDE = re.compile(
    r" \((?P<test>[^()]*\b(?:test|freedom|approximation|one-sided)[^()]*), n = \d+, "
    r"(?:smallest possible p (?:<0\.001|\d[\d.]*)|no floor: p by formula)[;)]"
)
HEAD = re.compile(r"^p\b")


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def bare(text: str) -> list[str]:
    """Every p value of a text that lacks something beside it, with what follows it."""
    text = folded(text)
    return [
        text[at.start() : at.end() + 90] for at in P_VALUE.finditer(text) if not BESIDE.match(text, at.end())
    ]


def count(text: str) -> int:
    return len(P_VALUE.findall(folded(text)))


@pytest.fixture(scope="module")
def page(made):
    return html.parse(made / "report" / "index.html").getroot()


@pytest.mark.parametrize(
    ("text", "honest"),
    [
        ("p = 0.25 (exact signed rank test, n = 3, smallest possible p 0.25)", True),
        (
            "p\u00a0<\u00a00.001 (t test with 18 degrees of freedom, n\u00a0=\u00a07, no floor: p by formula)",
            True,
        ),
        (
            "p = 0.08 (normal approximation, n = 80, no floor: p by formula; exploratory, adjusted for 3: Holm 0.1)",
            True,
        ),
        ("p = 0.25", False),
        ("p<.05 in all", False),
        ("P = 0.25 (n = 3)", False),
        ("p = 0.25 (exact signed rank test, n = 3)", False),
        ("p = 0.25 (n = 3, smallest possible p 0.25)", False),
        ("smallest p value = 0.2, smallest possible 0.14", False),
        ("a p of at most 0.05", True),
    ],
)
def test_what_counts_as_honest(text, honest):
    assert (bare(text) == []) == honest


def test_running_text_captions_and_abstract(page):
    for block in page.xpath("//p | //figcaption | //li | //dd | //caption | //div[@class='abstract']"):
        assert bare(block.text_content()) == []
    # The abstract, the section on the day after and the caption of its figure name two each, the correlations two
    # more, the day of reliability and its caption one each, and the discussion one.
    assert count(page.text_content()) >= 11


def test_the_whole_page_and_what_is_read_aloud(page):
    assert bare(page.text_content()) == []
    for picture in page.xpath("//img/@alt"):
        assert bare(picture) == []


def test_text_within_the_figures_of_the_pdf(made):
    told = " ".join(pages(made / "report" / "index.pdf"))
    # Letters of a drawing are text there; a p value that a page parts is whole in the page of HTML.
    inner = [one for one in bare(told) if "n =" not in one]
    assert inner == []


def test_every_table_with_a_p_has_test_n_and_floor(study, results):
    told = []
    for name in tables.NAMES:
        root = html.fromstring(getattr(tables, name)(study, results).as_raw_html())
        heads = [folded(one.text_content()).strip() for one in root.xpath("//thead//th")]
        rows = [
            [folded(one.text_content()).strip() for one in row.xpath("./td|./th")]
            for row in root.xpath("//tbody/tr")
        ]
        for cell in (cell for row in rows for cell in row):
            assert bare(cell) == []
        places = [place for place, head in enumerate(heads) if HEAD.match(head)]
        for place in places:
            told.append(name)
            assert {"n", "Patients"} & set(heads)
            assert {"Test", "Method"} & set(heads) or "test" in heads[place]
            assert "smallest possible" in heads[place]
            for cell in (row[place] for row in rows):
                assert cell == "no test" or re.match(
                    r"(<0\.001|\d[\d.]*) \((floor (<0\.001|\d[\d.]*)|no floor)\)", cell
                )
                assert (
                    cell == "no test" or "test" not in heads[place] or re.search("test|freedom|approx", cell)
                )
    assert told == ["correlations", "exploratory", "sensitivity"]


def test_tables_without_a_column_of_p_say_none(page):
    named = {"Adjusted p", "Holm", "Benjamini-Hochberg"}
    for table in page.xpath("//table"):
        heads = {folded(one.text_content()).strip() for one in table.xpath(".//thead//th")}
        if any(HEAD.match(head) for head in heads):
            continue
        assert not heads & named


def test_pages_of_patients(made):
    for path in sorted((made / "patients").glob("*.pdf")):
        assert count(" ".join(pages(path))) == 0


def test_legends_that_go_with_the_figures(made):
    found = 0
    for path in (made / "figures").rglob("*"):
        if path.suffix in {".md", ".txt", ".html", ".svg"}:
            text = path.read_text(encoding="utf-8")
            assert bare(re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)) == []
            found += count(text)
    assert found >= 2


def test_results_and_reasons(made):
    content = json.loads((made / "results.json").read_text(encoding="utf-8"))
    for one in content["results"].values():
        for text in (one["method"], one["reason"], one["note"]):
            assert bare(text) == []
        if one["p"] is not None:
            assert one["test"]
            assert one["n"] >= 1
            assert one["p_floor"] is not None
            assert one["p_floor"] <= one["p"] + 1e-12
            assert one["family"] in ("primary", "others")


def test_the_command_line(root):
    done = subprocess.run(
        [BIN / "poems-report", "analyse", "data"], cwd=root, capture_output=True, text=True, check=True
    )
    assert bare(done.stdout) == []
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("day_after.vegf.log2")]
    assert folded(row).strip().endswith("0.25 (floor 0.25); exact signed rank test 3")
