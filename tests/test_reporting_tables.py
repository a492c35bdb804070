"""REMARK and STROBE: all items, each with a place that the manuscript has or a reason; claims with their sections."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from poems_report import tables
from poems_report.errors import StudyError
from poems_report.study import load_study
from poems_report.study.config import load_claims
from poems_report.tables.reporting import guidelines

ITEMS = {"remark": 20, "strobe": 22}  # McShane et al. 2005; von Elm et al. 2007


@pytest.fixture(scope="module")
def known(root: Path) -> set[str]:
    """Every id that the manuscript gives to a section, a figure or a table."""
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in (root / "index.qmd", *(root / "chapters").glob("*.qmd"))
    )
    figures = {f"fig-{name.replace('_', '-')}" for name in re.findall(r'report\.figure\("(\w+)"\)', text)}
    return (
        figures | set(re.findall(r"#((?:sec|tbl)-[\w-]+)", text)) | set(re.findall(r"label: (tbl-\S+)", text))
    )


@pytest.mark.parametrize("name", ITEMS)
def test_every_item_points_at_something_there_or_says_why_not(name, known) -> None:
    found = guidelines()[name]["items"]
    assert [one["item"] for one in found] == [str(n) for n in range(1, ITEMS[name] + 1)]
    for one in found:
        assert set(one) <= {"item", "topic", "where", "text", "declaration"}
        assert one["topic"]
        assert one.get("where") or one.get("text")
        assert set(one.get("where", ())) <= known, one


def test_the_study_is_too_small_for_four_items(study, results) -> None:
    root = html.fromstring(tables.remark(study, results).as_raw_html())
    rows = {row[0].text: row[2].text_content() for row in root.xpath("//tbody/tr")}
    assert {rows[n] for n in ("14", "15", "16", "17")} == {"not applicable: n too small"}


def test_places_are_references_that_both_engines_resolve(study, results) -> None:
    root = html.fromstring(tables.strobe(study, results).as_raw_html())
    spans = {row[0].text: row.xpath(".//span/@data-qmd") for row in root.xpath("//tbody/tr")}
    assert spans["15"] == ["@fig-trajectories", "@tbl-landmarks"]
    assert spans["1"] == []


def test_a_declaration_left_open_is_not_reported(make_study, results) -> None:
    def funding(study) -> str:
        root = html.fromstring(tables.strobe(study, results).as_raw_html())
        return root.xpath("//tbody/tr[td[1]='22']/td[3]")[0].text_content()

    folder = make_study()
    assert funding(load_study(folder)) == "not reported: to be completed"
    file = folder / "study.yml"
    file.write_text(file.read_text().replace('funding: ""', 'funding: "No funding."'))
    assert funding(load_study(folder)) == "sec-declarations"


def test_each_claim_names_a_section_of_the_manuscript(study, results, known) -> None:
    root = html.fromstring(tables.claims(study, results).as_raw_html())
    (column,) = (n for n, head in enumerate(root.xpath("//thead//th"), 1) if head.text_content() == "Section")
    assert root.xpath(f"//tbody/tr/td[{column}]/span/@data-qmd") == [
        f"@{one.section}" for one in study.claims
    ]
    assert {one.section for one in study.claims} <= known


def test_a_section_that_is_no_label_is_refused(tmp_path: Path) -> None:
    (tmp_path / "claims.yml").write_text(
        "claims:\n  - id: a\n    statement: S\n    section: '<b>'\n    holds_if: [{result: x, op: '>', value: 1}]\n"
    )
    with pytest.raises(StudyError, match="section"):
        load_claims(tmp_path / "claims.yml")
