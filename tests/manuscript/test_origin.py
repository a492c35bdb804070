"""The origin of a number: what it says, and that it reaches HTML whole and no other format at all."""

from __future__ import annotations

import json
from pathlib import Path

import pypandoc
import pytest

from poems_report.analysis import Result
from poems_report.labels import labels
from poems_report.manuscript.kernel_side import inline
from poems_report.manuscript.origin import Quoted, markdown, origin_of
from poems_report.manuscript.report import Report

FILTER = Path(__file__).resolve().parents[2] / "templates" / "report" / "results.lua"
HOSTILE = 'a "b" ]{.x} \\ </script> *c* `d` $e$ @f [g](h) <0.001 ~i~ #j'


def told(**fields: object) -> dict[str, str]:
    return origin_of("a.b", Result(**{"estimate": 1.0, "method": "counted", **fields}))


def test_says_key_n_interval_p_with_floor_method_and_caveats_in_this_order():
    whole = told(
        n=7, observations=26, ci_low=-0.071, ci_high=0.95, level=0.961, p=0.25, p_floor=0.125, note="odd",
        exploratory=True, test="exact test", family="primary", cautions=("few_df",),
    )  # fmt: skip
    assert list(whole.items()) == [
        ("key", "a.b"),
        ("n", "n = 7, 26 observations"),
        ("interval", "96.1% interval −0.07 to 0.95"),
        ("p", "p\u00a0=\u00a00.25 (exact test, n\u00a0=\u00a07, smallest possible p 0.13)"),
        ("method", "counted"),
        ("note", "odd; exploratory; fewer than 5 degrees of freedom, so the interval says little"),
    ]


def test_says_nothing_of_what_a_result_has_not():
    assert told() == {"key": "a.b", "method": "counted"}
    assert told(estimate=None, reason="one patient")["note"] == "one patient"
    assert told(ci_low=44.0, ci_high=190.0, level=0.95)["interval"] == "95% interval 44 to 190"


def test_every_way_to_quote_a_result_names_its_key(study, results):
    report = Report(study, results, labels())
    for name in ("count", "of", "value", "change", "interval", "share", "p", "n"):
        quoted = getattr(report, name)("agreement.late")
        assert isinstance(quoted, Quoted)
        assert quoted.origin["key"] == "agreement.late"
        assert quoted.origin["n"] == f"n = {results['agreement.late'].n}"
    assert report.estimate("within.{pair}.r").origin["key"] == "within.vegf_il6.r"
    assert report.plain("it").of("agreement.late").origin["key"] == "agreement.late"
    assert report.day("reliability.day").origin["key"] == "reliability.day"


def spans(text: str) -> list[tuple[str, dict[str, str]]]:
    """Text and attributes of each span, as pandoc reads them."""
    tree = json.loads(pypandoc.convert_text(text, "json", format="markdown-smart"))
    found = []
    for block in tree["blocks"]:
        for one in block["c"]:
            if one["t"] == "Span":
                words = "".join(" " if part["t"] == "Space" else part["c"] for part in one["c"][1])
                found.append((words, dict(one["c"][0][2])))
    return found


@pytest.mark.parametrize("text", ["8", HOSTILE])
def test_text_and_origin_survive_markdown(text):
    quoted = Quoted(text, {"key": text, "n": "n = 8"})
    assert f"{quoted}" == text
    assert spans(f"In {inline(quoted)} patients.") == [(text, {"data-key": text, "data-n": "n = 8"})]
    assert markdown("1.0 *as it is*") == "1.0 *as it is*"


@pytest.mark.parametrize(("form", "target", "kept"), [
    ("html5", "html", True), ("html5", "pdf", False), ("jats", "jats", False), ("native", "docx", False),
])  # fmt: skip
def test_only_html_carries_the_origin(form, target, kept):
    first, second = (markdown(Quoted(text, {"key": "k.k"})) for text in "89")
    text = f"---\nabstract: In {first} patients.\n---\n\nIn {second}."
    options = [
        "--standalone",
        f"--lua-filter={FILTER}",
        f"--metadata=engine-target:{target}",
        "--metadata=title:t",
    ]
    made = pypandoc.convert_text(text, form, format="markdown", extra_args=options)
    assert made.count("k.k") == (2 if kept else 0)
    assert "8" in made
    assert "9" in made
