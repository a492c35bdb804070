"""What `diff` says of two results.json that differ in one known way each."""

from __future__ import annotations

import copy
import json

import pytest
from click.testing import CliRunner

from poems_report.cli import main
from poems_report.errors import AnalysisError
from poems_report.versions.difference import compare, printed, read_results, same
from poems_report.versions.wording import lines_of

MADE = {
    "program": {"name": "poems-report", "version": "0.1.0", "sha256": "a" * 64},
    "python": "3.11.7",
    "libraries": {"numpy": "2.3.0", "pandas": "3.0.0"},
    "report": {"version": "1.0.0"},
}


@pytest.fixture
def content(results):
    return json.loads(json.dumps(results.to_dict()))


@pytest.fixture
def changed(content):
    def make(change):
        new = copy.deepcopy(content)
        change(new)
        return compare(content, new, MADE, MADE)

    return make


def test_nothing_changed(content):
    found = compare(content, copy.deepcopy(content), MADE, MADE)
    assert not found
    assert lines_of(found) == ["nothing changed"]
    unknown = compare(content, copy.deepcopy(content))
    assert not unknown
    assert lines_of(unknown)[1:] == ["not compared: software, which one side does not record"]


def test_rounding_is_no_change(changed):
    def rounding(new):
        new["results"]["within.vegf_il6.r"]["estimate"] *= 1 + 1e-12

    assert not changed(rounding)


def test_what_moves_beyond_rounding_is_named_by_key_and_field(changed):
    def moved(new):
        new["results"]["agreement.late"]["estimate"] = 0.5
        new["results"]["agreement.late"]["n"] = 6

    (one,) = changed(moved).results
    assert (one.name, one.kind) == ("agreement.late", "changed")
    assert [(field.field, field.new) for field in one.fields] == [("estimate", 0.5), ("n", 6)]
    assert lines_of(changed(moved)) == [
        "results (1)",
        "  agreement.late: estimate 0.571 -> 0.5; n 7 -> 6",
    ]


def test_a_changed_claim_comes_first(changed):
    def fell(new):
        new["results"]["agreement.early"]["estimate"] = 0.5
        new["claims"]["reliable_early"]["verdict"] = "does not hold"
        new["claims"]["reliable_early"]["numbers"]["agreement.early"] = 0.5

    lines = lines_of(changed(fell))
    assert lines[0] == "claims (1)"
    assert lines[1].startswith("  reliable_early: IL-6 agrees with VEGF")
    assert lines[2:4] == ["    verdict holds -> does not hold", "    agreement.early 1 -> 0.5"]
    assert lines[4] == "results (1)"


def test_a_claim_whose_numbers_alone_move_is_told_by_its_results(changed):
    def moved(new):
        new["claims"]["reliable_early"]["numbers"]["agreement.early"] = 0.9

    assert not changed(moved).claims


def test_claims_and_results_that_come_and_go(changed):
    def swap(new):
        new["claims"]["fresh"] = {**new["claims"].pop("steep_fall"), "statement": "New."}
        new["results"]["fresh.n"] = new["results"].pop("patients.n")

    found = changed(swap)
    assert [(one.name, one.kind) for one in found.claims] == [("fresh", "added"), ("steep_fall", "removed")]
    assert [(one.name, one.kind) for one in found.results] == [
        ("fresh.n", "added"),
        ("patients.n", "removed"),
    ]


def test_patients_added_removed_and_corrected(changed):
    def swap(new):
        new["patients"]["P09"] = new["patients"].pop("P08")
        new["patients"]["P02"]["data"] = "0" * 16
        new["patients"]["P03"]["group"] = "after_only"

    lines = lines_of(changed(swap))
    assert lines == [
        "patients (4)",
        "  P02: corrected",
        "  P03: same data, other results",
        "  P09: added",
        "  P08: removed",
    ]


def test_settings_and_software(content):
    new = copy.deepcopy(content)
    new["study"]["data_version"] = "2.0.0+0"
    new["study"]["markers"]["il6"]["uln"] = 6.4
    made = {
        **MADE,
        "program": {**MADE["program"], "sha256": "b" * 64},
        "libraries": {"numpy": "2.4.6", "scipy": "1.17.1"},
        "report": {"version": "1.1.0"},
    }
    found = compare(content, new, MADE, made)
    assert [one.name for one in found.settings] == ["report", "data_version", "markers.il6.uln"]
    lines = lines_of(found)
    assert lines[1] == "  report: 1.0.0 -> 1.1.0"
    assert lines[3:] == [
        "  markers.il6.uln: 7 -> 6.4",
        "software (4)",
        "  source of poems-report: aaaaaaaaaaaa -> bbbbbbbbbbbb",
        "  numpy: 2.3.0 -> 2.4.6",
        "  pandas: 3.0.0 -> absent",
        "  scipy: absent -> 1.17.1",
    ]


def test_what_moves_only_beyond_the_printed_digits_is_counted(changed):
    def moved(new):
        new["results"]["within.vegf_il6.r"]["estimate"] *= 1 + 1e-6

    found = changed(moved)
    assert not found
    assert lines_of(found) == ["nothing changed", "beyond the printed digits: 1 results differ"]


@pytest.mark.parametrize(
    ("field", "old", "new", "alike"),
    [
        ("estimate", 0.57149, 0.57151, False),
        ("estimate", 0.57141, 0.57149, True),
        ("estimate", 0.0341, 0.0349, False),
        ("estimate", 1234.1, 1234.4, False),
        ("estimate", 1234.101, 1234.104, True),
        ("estimate", 12345, 12346, False),
        ("p", 0.0312, 0.0308, True),
        ("p", 0.0312, 0.0292, False),
        ("p", 0.0002, 0.0004, True),
        ("level", 0.9501, 0.95, True),
        ("level", 0.961, 0.95, False),
    ],
)
def test_printed_digits(field, old, new, alike):
    """Three significant digits or two decimals for estimates, two significant for p, a percentage for levels."""
    assert (printed(field, old) == printed(field, new)) is alike


def test_measurements_added_removed_and_corrected(changed):
    def swap(new):
        own = new["patients"]["P02"]["measurements"]
        assert own["vegf"].pop("-14")
        own["vegf"]["400"] = "<2"
        own["il6"]["1"] = "8.8"
        del new["patients"]["P08"]
        new["patients"]["P02"]["data"] = "0" * 16

    assert lines_of(changed(swap)) == [
        "patients (2)",
        "  P02: corrected",
        "  P08: removed",
        "measurements (3)",
        "  P02, il6, day +1: 5.5 -> 8.8",
        "  P02, vegf, day −14: removed, was 4992",
        "  P02, vegf, day +400: added, <2",
    ]


def test_results_of_an_earlier_program_without_measurements(content):
    old = copy.deepcopy(content)
    for one in old["patients"].values():
        del one["measurements"]
    found = compare(old, content, MADE, MADE)
    assert not found
    assert lines_of(found)[1:] == ["not compared: measurements, which one side does not record"]


def test_main_results_under_other_choices(changed):
    def moved(new):
        row = next(one for one in new["sensitivity"] if one["kind"] == "zeros")
        row["p"] = 0.5

    (one,) = changed(moved).sensitivity
    assert one.name.endswith("(zeros pratt)")
    assert [field.field for field in one.fields] == ["p", "n", "p_floor", "method"]


def test_cutoff_and_landmarks_are_settings(content):
    new = copy.deepcopy(content)
    new["response_cutoff"]["value"] = 600
    new["landmarks"].pop()
    gone = content["landmarks"][-1]
    found = compare(content, new).settings
    assert found[0].name == "response_cutoff.value"
    assert found[0].fields[0].new == 600
    assert {one.name for one in found[1:]} == {
        f"landmarks.{gone['name']}.{key}" for key in gone if key != "name"
    }
    assert {one.fields[0].new for one in found[1:]} == {"absent"}
    early = {key: value for key, value in content.items() if key not in ("response_cutoff", "landmarks")}
    assert compare(early, {**early, "response_cutoff": None, "landmarks": []}).settings == ()


def test_only_claims_carry_a_text(changed, content):
    def swap(new):
        new["claims"]["fresh"] = new["claims"].pop("steep_fall")
        new["claims"]["reliable_early"]["verdict"] = "does not hold"
        new["results"]["fresh.n"] = new["results"].pop("patients.n")
        del new["patients"]["P08"]

    found = changed(swap)
    assert {one.name: one.text for one in found.claims} == {
        "fresh": content["claims"]["steep_fall"]["statement"],
        "steep_fall": content["claims"]["steep_fall"]["statement"],
        "reliable_early": content["claims"]["reliable_early"]["statement"],
    }
    assert {one.text for one in (*found.results, *found.patients)} == {""}
    assert "  P08: removed" in lines_of(found)


def test_values_as_they_are_shown(changed):
    def moved(new):
        one = new["results"]["agreement.late"]
        one["estimate"], one["unit"], one["ci_low"] = None, "\u00b5", 1234567.25
        del one["exploratory"]
        new["study"]["markers"] = {"b": 1, "a": "\u00b5"}

    lines = lines_of(changed(moved))
    late = next(line for line in lines if line.startswith("  agreement.late: "))
    assert "estimate 0.571 -> none" in late
    assert "unit none -> \u00b5" in late
    assert "-> 1,234,567" in late
    assert "exploratory true -> absent" in late
    assert "  markers.a: absent -> \u00b5" in lines
    assert "  markers.b: absent -> 1" in lines


def test_each_part_alone_is_a_difference(content):
    def differs(change):
        new = copy.deepcopy(content)
        change(new)
        found = compare(content, new, MADE, MADE)
        assert found
        return [name for name, part in found.parts.items() if part]

    assert differs(lambda new: new["claims"]["after_only"].update(statement="Other.")) == ["claims"]
    assert differs(lambda new: new["results"]["patients.n"].update(estimate=9)) == ["results"]
    assert differs(lambda new: new["patients"].pop("P01")) == ["patients"]
    assert differs(lambda new: new["study"].update(title="Other")) == ["settings"]
    other = {**MADE, "libraries": {**MADE["libraries"], "numpy": "2.4.0"}}
    assert [(one.name, one.kind) for one in compare(content, content, MADE, other).software] == [
        ("numpy", "changed")
    ]
    assert not compare(content, content, None, other)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1.0, 1.0 + 1e-12, True),
        (1.0, 1.0 + 1e-6, False),
        (0.0, 1e-15, True),
        (1, 1.0, True),
        (True, 1, False),
        (None, 0, False),
        ([1.0, 2.0], [1.0], False),
        ({"a": [1.0]}, {"a": [1.0 + 1e-13]}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, None, False),
        (None, {"a": 1}, False),
        ([1.0], None, False),
        (None, [1.0], False),
        ([1.0, 2.0], [1.0, 3.0], False),
        (1, "1", False),
        (1.0, 1.0 + 2e-9, False),
        (0.0, 2e-12, False),
        (False, False, True),
        ("a", "b", False),
    ],
)
def test_same(old, new, expected):
    assert same(old, new) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"schema": 2}',
        '{"schema": 1}',
        '{"schema": 1, "results": NaN}',
        '{"schema": 1, "study": []}',
    ],
)
def test_what_is_no_results_json_is_refused(tmp_path, text):
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnalysisError, match=r"results\.json: no "):
        read_results(path)
    done = CliRunner().invoke(main, ["diff", str(path), str(path)])
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_command(tmp_path, content):
    paths = [tmp_path / "old.json", tmp_path / "new.json"]
    for path in paths:
        path.write_text(json.dumps(content), encoding="utf-8")
    run = CliRunner().invoke
    assert run(main, ["diff", *map(str, paths), "--exit-code"]).exit_code == 0
    content["claims"]["after_only"]["verdict"] = "not estimable"
    paths[1].write_text(json.dumps(content), encoding="utf-8")
    done = run(main, ["diff", *map(str, paths)])
    assert done.exit_code == 0
    assert done.output.splitlines()[:3] == [f"old: {paths[0]}", f"new: {paths[1]}", "claims (1)"]
    listed = json.loads(run(main, ["diff", *map(str, paths), "--json"]).output)
    assert listed["changed"] is True
    assert listed["old"] == {"name": str(paths[0]), "source": str(paths[0])}
    assert listed["claims"][0]["name"] == "after_only"
    assert listed["claims"][0]["fields"] == [{"field": "verdict", "old": "holds", "new": "not estimable"}]
    quiet = run(main, ["diff", *map(str, paths), "--quiet", "--exit-code"])
    assert (quiet.exit_code, quiet.output) == (1, "")


@pytest.mark.parametrize(
    "change",
    [
        lambda new: new["claims"].update(odd=3),
        lambda new: new["patients"].update(P01=[]),
        lambda new: new["patients"]["P01"].update(measurements=["x"]),
        lambda new: new["patients"]["P01"].update(measurements={"vegf": {"one": "2"}}),
        lambda new: new["results"].update({"patients.n": None}),
        lambda new: new.update(sensitivity=[1]),
    ],
)
def test_a_damaged_results_json_is_a_message(tmp_path, content, change):
    paths = [tmp_path / "old.json", tmp_path / "new.json"]
    paths[0].write_text(json.dumps(content), encoding="utf-8")
    change(content)
    paths[1].write_text(json.dumps(content), encoding="utf-8")
    done = CliRunner().invoke(main, ["diff", *map(str, paths)])
    assert done.exit_code == 2
    assert "results.json of this program" in done.output


def test_a_p_value_that_moved_stands_with_n_floor_and_test(changed):
    def moved(new):
        new["results"]["day_after.vegf.log2"]["p"] = 0.5
        new["results"]["within.vegf_il6.r"]["p"] = 0.04
        new["results"]["phase.late.vegf_il6.tau"]["p_holm"] = 0.03

    assert sorted(lines_of(changed(moved))[1:]) == [
        "  day_after.vegf.log2: p 0.25 -> 0.5; n 3; p_floor 0.25; test exact signed rank test",
        "  phase.late.vegf_il6.tau: p_holm 1.00 -> 0.03; n 7; p_floor 0.0095; test exact permutation test",
        "  within.vegf_il6.r: p <0.001 -> 0.04; n 7; no floor; test t test with 18 degrees of freedom",
    ]
