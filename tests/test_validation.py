"""The report of a check, on a terminal and as the page that a data manager is sent."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from poems_report.cli import main

HEADER = "patient_id,day,marker,value,comment\n"


@pytest.fixture
def validate():
    return lambda *words: CliRunner().invoke(main, ["validate", *map(str, words)])


class Page(HTMLParser):
    """Texts of the cells of every row, and whatever could load something."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.loads, self.inside = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.inside = True
            self.rows[-1].append("")
        if tag in {"script", "link", "img", "iframe"} or any(name in {"src", "href"} for name, _ in attrs):
            self.loads.append(tag)

    def handle_endtag(self, tag):
        if tag in {"td", "th"}:
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def test_fifty_problems_are_printed_and_the_rest_counted(validate, make_study, tmp_path):
    rows = "".join(f"P01,{day},vegf,x,\n" for day in range(80))
    folder = make_study(measurements__csv=HEADER + rows)
    done = validate(folder, "--html", tmp_path / "report.html")
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert len(lines) == 51
    assert lines[49].startswith("measurements.csv:51:value: 'x': not a number")
    assert lines[50] == "and 30 more problems; all of them with --json or --html FILE"
    assert len(json.loads(validate(folder, "--json").output)["problems"]) == 80
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert len(page.rows) == 81
    assert page.rows[0] == ["Line", "Column", "Found", "What is wrong", "What is allowed"]
    assert page.rows[80][:4] == ["81", "value", "x", "not a number"]
    assert not page.loads


def test_what_the_files_hold_is_text_on_the_page(validate, make_study, tmp_path):
    folder = make_study(
        measurements__csv=HEADER + "P01,1,vegf,<script>alert(1)</script>,\nP01,2,vegf,\u202eab,\n"
    )
    validate(folder, "--html", tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.rows[1][2] == "<script>alert(1)</script>"
    assert "<script" not in text
    assert "<bdi>" in text


def test_identities_are_masked(validate, make_study, tmp_path):
    folder = make_study(measurements__csv=HEADER + "P01,1,vegf,5,call anna.rossi@example.org\n")
    done = validate(folder, "--html", tmp_path / "report.html")
    assert done.exit_code == 1
    for text in (
        done.output,
        (tmp_path / "report.html").read_text(encoding="utf-8"),
        validate(folder, "--json").output,
    ):
        assert "anna.rossi" not in text
        assert "e-mail" in text


def test_a_valid_study_has_a_page_too_and_the_same_bytes(validate, root, tmp_path):
    for name in ("a.html", "b.html"):
        assert validate(root / "data", "--html", tmp_path / name).exit_code == 0
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Valid: 8 patients, 58 measurements, 30 events" in text
    assert text == (tmp_path / "b.html").read_text(encoding="utf-8")


def test_settings_stand_with_line_and_character(validate, make_study, root, tmp_path):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8").replace("uln: 7 ", "uln: -7 ")
    done = validate(make_study(study__yml=text), "--html", tmp_path / "report.html")
    line = 1 + text[: text.index("uln: -7")].count("\n")
    assert done.output.startswith(f"study.yml:{line}:10:markers.il6.uln: '-7'")
    assert Page((tmp_path / "report.html").read_text(encoding="utf-8")).rows[1][0] == f"{line}:10"
