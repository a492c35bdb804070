"""The command: exit code, text, JSON, page; and profiles that differ."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from lxml import html

from poems_report.cli import main
from poems_report.submission.checking.check import check_file
from poems_report.submission.checking.verdict import ASK, FAIL, NO_RULE, UNSEEN
from poems_report.submission.profile import Profile
from poems_report.submission.profiles import names, profile, read_profile
from tests.submission.made_figures import STRICT, drawn, jpeg, picture, svg, tiff


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(main, ["check-figure", *(str(word) for word in words)])


@pytest.fixture
def files(tmp_path):
    for name, content in {
        "Fig1.tiff": tiff(),
        "Fig2.pdf": drawn("pdf", line=0.1),
        "Fig3.svg": drawn("svg"),
        "Fig4.png": b"",
    }.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def changed(**parts) -> Profile:
    return Profile.model_validate(read_profile(STRICT).model_dump() | parts)


def test_a_right_file_exits_with_0_and_is_not_called_compliant(run, files):
    done = run(files / "Fig1.tiff", "--journal", STRICT)
    assert done.exit_code == 0
    assert "Fig1.tiff: 0 wrong" in done.output
    assert "cannot be seen: smallest text; limit at least 6 pt" in done.output
    assert done.output.splitlines()[-1].startswith("A file that matches is not thereby accepted")
    assert "complian" not in done.output.lower()
    assert run(files / "Fig1.tiff", "--journal", STRICT, "--quiet").output == ""


def test_faults_and_refused_files_exit_with_1(run, files):
    done = run(files / "Fig2.pdf", files / "Fig4.png", files / "nothing.eps", "--journal", STRICT)
    assert done.exit_code == 1
    assert (
        "fail: thinnest line 0.1 pt; limit at least 0.25 pt [made up for the tests (read there)]"
        in done.output
    )
    assert "Fig4.png: an empty file" in done.output
    assert "nothing.eps: there is no such file" in done.output
    assert "Traceback" not in done.output


def test_json_holds_every_finding(run, files):
    done = run(files / "Fig1.tiff", files / "Fig2.pdf", files / "Fig4.png", "--journal", STRICT, "--json")
    found = json.loads(done.output)
    assert done.exit_code == 1
    assert found["journal"] == "strict"
    assert [one["failed"] for one in found["files"]] == [False, True, True]
    fault = next(one for one in found["files"][1]["findings"] if one["verdict"] == FAIL)
    assert (fault["rule"], fault["measured"], fault["limit"]) == (
        "line_thinnest",
        "0.1 pt",
        "at least 0.25 pt",
    )
    assert "empty" in found["files"][2]["refused"]


def test_the_page_shows_every_file_small_and_needs_nothing_else(run, files):
    path = files / "page.html"
    run(
        *(files / f"Fig{n}" for n in ("1.tiff", "2.pdf", "3.svg", "4.png")),
        "--journal",
        STRICT,
        "--html",
        path,
    )
    first = path.read_bytes()
    tree = html.fromstring(first.decode())
    assert [one.get("src")[:14] for one in tree.iter("img")] == ["data:image/png"] * 2 + ["data:image/svg"]
    assert all(one.get("alt") for one in tree.iter("img"))
    assert not tree.xpath("//script|//link")
    rows = tree.xpath("//tr[@class='fail']")
    assert len(rows) == 1
    assert "thinnest line" in rows[0].text_content()
    run(
        *(files / f"Fig{n}" for n in ("1.tiff", "2.pdf", "3.svg", "4.png")),
        "--journal",
        STRICT,
        "--html",
        path,
    )
    assert path.read_bytes() == first


def test_names_are_escaped_on_the_page(run, tmp_path):
    path = tmp_path / "<b>Fig1.svg"
    path.write_bytes(svg("<text>&lt;i&gt;</text>"))
    run(path, "--html", tmp_path / "page.html")
    assert b"<b>" not in (tmp_path / "page.html").read_bytes()


def test_an_unknown_journal_is_named_with_those_there_are(run, files):
    done = run(files / "Fig1.tiff", "--journal", "nonesuch")
    assert done.exit_code == 1
    assert "nonesuch" in done.output
    assert "elsevier" in done.output
    assert run("--journal", "plos").exit_code == 2


@pytest.mark.parametrize("name", names())
def test_every_profile_gives_a_verdict_by_rule(name, files):
    asked = profile(name)
    for file in ("Fig1.tiff", "Fig2.pdf", "Fig3.svg"):
        findings = check_file(files / file, asked).findings
        assert all(one.limit for one in findings if one.verdict != NO_RULE)
        assert all(one.measured for one in findings if one.verdict == FAIL)
        by_hand = [one.rule for one in findings if one.verdict == UNSEEN and "not checked here" in one.note]
        stated = {place for place, _ in asked.rules()}
        assert {place for place in by_hand if place != "note"} <= stated
        assert by_hand.count("note") == len(asked.notes)


def test_a_format_that_is_not_taken(files):
    only = {
        "raster": {"accepted": ["tiff"], "source": "page"},
        "vector": {"accepted": ["eps"], "source": "page"},
    }
    (files / "Fig1.jpg").write_bytes(jpeg())
    for name, faults in (("Fig1.jpg", ["format"]), ("Fig3.svg", ["format"]), ("Fig1.tiff", [])):
        assert [one.rule for one in check_file(files / name, changed(formats=only)).of(FAIL)] == faults


def test_line_art_that_has_to_be_a_vector(files):
    art = read_profile(STRICT).formats.model_dump() | {"art": {"value": "vector", "source": "page"}}
    asked = changed(formats=art)
    assert [one.rule for one in check_file(files / "Fig1.tiff", asked).of(FAIL)] == ["format"]
    assert check_file(files / "Fig1.tiff", asked, "halftone").of(FAIL) == ()


def test_an_eps_that_has_to_be_outlined(files):
    fonts = {"outlined_eps": {"value": True, "source": "page"}}
    (files / "Fig1.eps").write_bytes(drawn("eps"))
    assert [one.rule for one in check_file(files / "Fig1.eps", changed(fonts=fonts)).of(FAIL)] == [
        "fonts_embedded"
    ]


def test_any_width_within_bounds_where_the_journal_states_bounds(files):
    width = {"least": {"mm": 30.0, "source": "page"}, "most": {"mm": 90.0, "source": "page"}}
    for across, faults in ((55, []), (29, ["width"]), (91, ["width"])):
        (files / "Fig1.tiff").write_bytes(tiff(picture(across)))
        assert [one.rule for one in check_file(files / "Fig1.tiff", changed(width=width)).of(FAIL)] == faults


def test_letters_of_panels_have_a_size_of_their_own(files):
    sizes = {"text": {"least": 5.0, "most": 7.0, "source": "page"}, "panel": {"most": 8.0, "source": "page"}}
    (files / "Fig1.pdf").write_bytes(drawn("pdf", note=(0.05, 0.9, "a", 8)))
    assert check_file(files / "Fig1.pdf", changed(sizes=sizes)).of(FAIL) == ()
    (files / "Fig1.pdf").write_bytes(drawn("pdf", note=(0.05, 0.9, "days", 8)))
    assert [one.rule for one in check_file(files / "Fig1.pdf", changed(sizes=sizes)).of(FAIL)] == [
        "text_largest"
    ]


def test_colours_that_merge_in_grey_fail_only_where_the_journal_prints_grey(files):
    pair = ((11, 95, 165), (140, 80, 20))
    (files / "Fig1.pdf").write_bytes(drawn("pdf", colours=pair))
    found = {one.rule: one for one in check_file(files / "Fig1.pdf", changed()).findings}["distance_grey"]
    assert found.verdict == UNSEEN
    assert found.measured.endswith("#0b5fa5 and #8c5014")
    grey = {"modes": {"accepted": ["grey"], "source": "page"}}
    faults = [one.rule for one in check_file(files / "Fig1.pdf", changed(colour=grey)).of(FAIL)]
    assert faults == ["mode", "distance_grey"]


def test_a_font_of_the_same_widths_is_asked_about(files):
    fonts = {"accepted": {"accepted": ["Arial"], "source": "page"}}
    body = '<text x="50" y="60" font-size="25" font-family="Liberation Sans">patients</text>'
    (files / "Fig1.svg").write_bytes(svg(body))
    one = check_file(files / "Fig1.svg", changed(fonts=fonts))
    (asked,) = one.of(ASK)
    assert asked.rule == "fonts_names"
    assert asked.note.startswith("letters as wide as those of Arial (what their makers state")
    assert not one.failed
    (files / "Fig1.svg").write_bytes(svg(body.replace("Liberation Sans", "Arial")))
    assert check_file(files / "Fig1.svg", changed(fonts=fonts)).of(FAIL) == ()
