"""What is new since the last board: since a day, or since the results of an earlier run."""

from __future__ import annotations

import json

import pytest

from poems_report.errors import UsageError
from poems_report.patients import patient_view, render_patients, since_of
from poems_report.provenance import sha256_file, to_json

DAY = "day\u00a0"
LABEL = {"vegf": "VEGF", "il6": "IL-6", "platelets": "Platelets", "crp": "CRP", "mprotein_level": "M-protein"}


@pytest.fixture
def view(study, results):
    return lambda patient, since: patient_view(study, results, patient, since=since_of(str(since)))


@pytest.fixture
def earlier(results, tmp_path):
    """The results of the study as an earlier run wrote them, changed by a function."""

    def write(change=lambda content: None):
        content = json.loads(to_json(results.to_dict()))
        change(content)
        path = tmp_path / "results.json"
        path.write_bytes(to_json(content))
        return path

    return write


def marked(view):
    """Day and marker of every value with the sign of a new one."""
    heads = [head.label for head in view.panel.visits.markers]
    return {
        (row.day, label)
        for row in view.panel.visits.rows
        for label, cell in zip(heads, row.cells, strict=True)
        if "•" in cell.mark
    }


def told(view):
    return " ".join(view.new.items)


def test_without_a_board_nothing_is_new(views):
    for one in views.values():
        assert one.new is None
        assert marked(one) == set()


def test_values_after_the_day_are_marked_and_listed(view, rows, beside):
    for patient in rows:
        found = view(patient, 184)
        expected = {
            (f"+{row['day']}", LABEL[row["marker"]])
            for row in (*rows[patient], *beside.get(patient, ()))
            if int(row["day"]) > 184 and row["value"]
        }
        assert marked(found) == expected
        assert any("since the last board" in note for note in found.panel.notes)
        for day, name in expected:
            assert f"({DAY}{day})" in told(found)
            assert name in told(found) or name not in ("VEGF", "IL-6")


def test_a_listed_day_has_its_markers_in_their_order(view):
    items = view("P02", 184).new.items
    assert items[0] == f"Since {DAY}+184: VEGF 491, IL-6 21.8 ({DAY}+190); VEGF 722, IL-6 12.9 ({DAY}+360)."
    assert f"Events: infection ({DAY}+188)." in items


def test_many_new_values_are_counted(view, rows, beside):
    n = sum(bool(row["value"]) for row in (*rows["P01"], *beside["P01"]))
    assert view("P01", -30).new.items[0] == f"Since {DAY}\u221230: {n} new values, marked •."


def test_nothing_new_says_so(view):
    found = view("P01", 371)
    assert found.new.items[0] == f"Since {DAY}+371: no new value."
    assert marked(found) == set()
    assert f"VEGF response unchanged: complete ({DAY}+371)." in found.new.items


def test_a_changed_response_is_named_with_both(changed):
    values = [(-9, 4000), (90, 600), (180, 1800)]
    study, results = changed(measurements=[("P01", day, "vegf", value, "") for day, value in values])
    found = told(patient_view(study, results, "P01", since=since_of("90")))
    assert f"VEGF response changed from complete ({DAY}+90) to progression, to be confirmed" in found
    found = told(patient_view(study, results, "P01", since=since_of("1")))
    assert "First VEGF response evaluated: progression" in found


def test_a_patient_who_cannot_be_evaluated(view):
    assert "VEGF response: not evaluable, as before." in view("P08", -1).new.items


def test_against_an_earlier_run(view, earlier, study):
    def change(content):
        one = content["patients"]["P01"]
        del one["measurements"]["vegf"]["371"]
        one["measurements"]["vegf"]["30"] = "500"
        one["measurements"]["il6"]["400"] = "2.2"
        one["responses"] = one["responses"][:1]
        one["responses"][0]["category"] = "partial"

    found = view("P01", earlier(change))
    assert marked(found) == {("+371", "VEGF")}
    assert found.new.items[0] == f"Since data {study.data_version}: VEGF 309 ({DAY}+371)."
    assert f"Corrected: VEGF 496 ({DAY}+30), was 500." in found.new.items
    assert f"No longer in the data: IL-6 2.2 ({DAY}+400)." in found.new.items
    assert f"VEGF response changed from partial ({DAY}+92) to complete ({DAY}+371)." in found.new.items
    assert any("not compared" in item for item in found.new.items)
    assert view("P02", earlier()).new.items[0].endswith("no new value.")


def test_a_patient_unknown_to_the_earlier_run_is_all_new(view, earlier, rows):
    found = view("P04", earlier(lambda content: content["patients"].pop("P04")))
    assert len(marked(found)) == sum(bool(row["value"]) for row in rows["P04"])


def test_the_manifest_beside_the_results(view, earlier):
    path = earlier()
    manifest = path.with_name("manifest.json")
    manifest.write_text(json.dumps({"outputs": {"results.json": sha256_file(path)}}), encoding="utf-8")
    assert view("P02", manifest).new.items[0].endswith("no new value.")
    manifest.write_text(json.dumps({"outputs": {"results.json": "0" * 64}}), encoding="utf-8")
    with pytest.raises(UsageError, match=r"results\.json is missing or not the one that this manifest lists"):
        since_of(str(manifest))


HEAD = '{"study": {"data_version": "1"}, "patients": {"P01": '


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "[]",
        "3",
        "not json",
        f"{HEAD}{{}}}}}}",
        f'{HEAD}{{"measurements": {{"vegf": {{"x": "1"}}}}, "responses": []}}}}}}',
        f'{HEAD}{{"measurements": {{}}, "responses": [{{"day": 1}}]}}}}}}',
        '{"study": {}, "patients": {}}',
        None,
    ],
)
def test_what_is_no_earlier_run_is_refused_by_name(tmp_path, content):
    path = tmp_path / "before.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"before\.json: .*a day such as 184"):
        since_of(str(path))


def test_another_board_makes_the_pages_anew(study, results, tmp_path):
    first = render_patients(study, results, tmp_path, patients=["P04"])
    again = render_patients(study, results, tmp_path, patients=["P04"], since=since_of("298"))
    assert (first.made, again.made) == (("P04",), ("P04",))
    third = render_patients(study, results, tmp_path, patients=["P04"], since=since_of("298"))
    assert third.up_to_date == ("P04",)
