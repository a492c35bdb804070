"""Every table: all that was reported stands in it, as plain cells that Word takes as a native table."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import docx
import pypandoc
import pytest
from lxml import html

from poems_report import analyse, load_study, tables

_FLOOR = "(floor "


def _plain(text: str) -> str:
    """A text with breaking spaces only."""
    return text.replace("\u00a0", " ").strip()


def _cells(table) -> tuple[list[str], list[list[str]], list[str]]:
    """Heads, rows and notes of a table, read from its HTML."""
    root = html.fromstring(table.as_raw_html())
    heads = [_plain(cell.text_content()) for cell in root.xpath("//thead//th")]
    rows = [
        [_plain(cell.text_content()) for cell in row.xpath("./td|./th")] for row in root.xpath("//tbody/tr")
    ]
    return heads, rows, [_plain(one.text_content()) for one in root.xpath("//tfoot//td")]


@pytest.fixture(scope="module")
def made(study, results):
    return {name: getattr(tables, name)(study, results) for name in tables.NAMES}


@pytest.fixture(scope="module")
def read(made):
    return {name: _cells(table) for name, table in made.items()}


@pytest.fixture(scope="module")
def measured(root: Path) -> list[dict[str, str]]:
    with (root / "data" / "measurements.csv").open(newline="") as handle:
        return [row for row in csv.DictReader(handle) if row["marker"] in ("vegf", "il6")]


@pytest.mark.parametrize("name", tables.NAMES)
def test_no_empty_cell_and_one_row_of_heads(name, read) -> None:
    heads, rows, _ = read[name]
    assert rows
    assert all(len(row) == len(heads) for row in rows)
    assert all(cell and "nan" not in cell.lower().split() for row in rows for cell in row)


@pytest.mark.parametrize("name", tables.NAMES)
def test_same_bytes_twice_and_a_fixed_id(name, study, results, made) -> None:
    first = made[name].as_raw_html()
    assert first == getattr(tables, name)(study, results).as_raw_html()
    assert f'id="table-{name}"' in first


@pytest.mark.parametrize("name", tables.NAMES)
def test_caption_says_what_kind_of_data(name, study) -> None:
    assert tables.caption(name, study).endswith("Illustrative data.")


@pytest.mark.parametrize("name", tables.NAMES)
def test_word_takes_it_as_a_native_table(name, made, read, tmp_path: Path) -> None:
    path = tmp_path / "table.docx"
    body = html.tostring(html.fromstring(made[name].as_raw_html()).xpath("//table")[0], encoding="unicode")
    pypandoc.convert_text(body, "docx", "html", outputfile=str(path))
    (native,) = docx.Document(str(path)).tables
    heads, rows, notes = read[name]
    found = [[_plain(cell.text) for cell in row.cells] for row in native.rows]
    assert found[0] == heads
    assert found[1 : len(rows) + 1] == rows
    assert len(found) == 1 + len(rows) + len(notes)


def test_all_measurements_stand_as_reported(measured, read) -> None:
    heads, rows, notes = read["measurements"]
    assert heads == ["Patient", "Day", "Phase", "VEGF, pg/mL", "IL-6, pg/mL"]
    shown = {(row[0], int(row[1].replace("\u2212", "-"))): row[3:] for row in rows}
    limits = {"vegf": 1000.0, "il6": 7.0}
    for one in measured:
        cell = shown[one["patient_id"], int(one["day"])][0 if one["marker"] == "vegf" else 1]
        if not one["value"]:
            assert cell == "not measured"
            continue
        raised = not one["value"].startswith("<") and float(one["value"]) > limits[one["marker"]]
        assert cell == (f"↑ {one['value']}" if raised else one["value"])
    assert len(shown) == len({(one["patient_id"], one["day"]) for one in measured})
    assert "VEGF 1000 pg/mL and IL-6 7 pg/mL" in notes[0]


def test_patients_with_visits_and_days(root: Path, measured, read) -> None:
    _, rows, _ = read["patients"]
    with (root / "data" / "patients.csv").open(newline="") as handle:
        recorded = {row["patient_id"]: row for row in csv.DictReader(handle)}
    assert [row[0] for row in rows] == list(recorded)
    for row in rows:
        one = recorded[row[0]]
        assert row[1:4] == [one["sex"], one["age_band"].replace("-", "\u2013"), one["mprotein"]]
        days = sorted(
            {int(value["day"]) for value in measured if value["patient_id"] == row[0] and value["value"]}
        )
        assert row[5] == str(len(days))
        assert str(abs(days[0])) in row[6]
        assert str(days[-1]) in row[6]


def test_every_p_stands_with_n_method_and_floor(read) -> None:
    heads, rows, _ = read["correlations"]
    assert heads[3:] == ["p (smallest possible)", "Adjusted p", "Patients", "Method"]
    assert len(rows) == 8
    for row in rows:
        assert _FLOOR in row[3] or "(no floor)" in row[3]
        assert row[4].startswith("Holm ") == (row[0] != "Within patients, r")
        assert row[5][0].isdigit()
        assert len(row[6]) > 20


def test_correlations_are_those_of_the_results(results, read) -> None:
    _, rows, _ = read["correlations"]
    within = results["within.vegf_il6.r"]
    assert rows[0][1] == f"{within.estimate:.2f}"
    assert rows[0][2] == f"{within.ci_low:.2f} to {within.ci_high:.2f}"
    assert rows[0][5] == "7 (26 visits)"
    assert rows[3][:3] == [
        "Mixed model, slope within patients",
        f"{results['mixed.vegf_il6.within'].estimate:.2f}",
        f"{results['mixed.vegf_il6.within'].ci_low:.2f} to {results['mixed.vegf_il6.within'].ci_high:.2f}",
    ]
    # Four patients without ties have 24 orders: the smallest two-sided p is 2/24.
    # Three of the other 17 are smaller: Holm's is 14 times as much, and Benjamini-Hochberg's 17/4 of it.
    assert rows[5][3] == "0.083 (floor 0.083)"
    assert rows[5][4].startswith("Holm 1.00, Benjamini-Hochberg 0.35")


def test_warnings_stand_below_the_tables(study, results, read) -> None:
    assert any(note.endswith("are likely too narrow.") for note in read["agreement"][2])
    assert not any("singular fit" in note for note in read["correlations"][2])
    key = "mixed.vegf_il6.between"
    fit = replace(results[key], cautions=("singular", "few_df"))
    _, _, notes = _cells(tables.correlations(study, replace(results, results={**results.results, key: fit})))
    named = "Mixed model, slope between patients: "
    assert any(note.startswith(f"{named}singular fit: ") for note in notes)
    assert any(note.startswith(f"{named}fewer than 5 degrees of freedom") for note in notes)


def test_every_p_but_the_primary_one_stands_with_its_adjusted_values(results, read) -> None:
    _, rows, notes = read["exploratory"]
    others = [key for key, one in results.results.items() if one.p is not None and key != "within.vegf_il6.r"]
    assert len(rows) == len(others) == 17
    assert notes[0].startswith("The p value of the primary question (1) is given as it is. All others (17) ")
    assert [row[1] for row in rows] == ["secondary"] * 6 + ["exploratory"] * 11
    # Three pairs: floor 2 / 2**3. All 17 together: Holm's 17 * 0.25 is above 1.
    by_name = {row[0]: row[2:] for row in rows}
    assert len(by_name) == 17
    row = by_name["Change of VEGF to 6 months (log2)"]
    assert row[1:5] == ["3", "exact signed rank test", "0.25 (floor 0.25)", "1.00"]
    assert by_name["Cohen's kappa, early after infusion"][2:4] == [
        "Fisher's exact test, one-sided",
        "0.2 (floor 0.2)",
    ]


def test_coverage_of_the_simulated_studies(root: Path, read) -> None:
    _, rows, notes = read["coverage"]
    drawn = json.loads((root / "poems_report" / "stats" / "coverage.json").read_text(encoding="utf-8"))
    assert str(drawn["seed"]) in notes[0]
    cells = {(row[0], row[1]): dict(zip((8, 20, 50, 100), row[3:7], strict=True)) for row in rows}
    words = {"holds": "holds", "conservative": "cautious", "fails": "falls short"}
    for one in drawn["rows"]:
        cell = cells[f"{one['what']}, {one['kind']}", one["truth"]][one["n"]]
        share, told = cell.split("%")
        assert float(share) == pytest.approx(100 * one["observed"], abs=0.051)
        assert told.split(";")[0].strip() == words[one["verdict"]]
        assert (f"; {one['not_estimable']} none" in cell) == (one["not_estimable"] > 0)
    failing = {(one["what"], one["n"]) for one in drawn["rows"] if one["verdict"] == "fails"}
    assert ("kappa", 8) in failing
    short = notes[2].removeprefix("Falls short: ")
    for what in {what for what, _ in failing}:
        sizes = re.search(rf"{what} with ([^(]+) \(", short)
        assert sizes is not None
        assert set(map(int, re.findall(r"\d+", sizes[1]))) == {n for name, n in failing if name == what}


def test_agreement_by_phase(read) -> None:
    _, rows, notes = read["agreement"]
    by_phase = {row[0]: row[1:] for row in rows}
    # Bounds for 4 of 7: 18% to 90% (Clopper and Pearson, exact binomial tables); for n of n: 0.025 ** (1 / n).
    assert by_phase["late after infusion"][:3] == ["7", "4 (57%)", "18% to 90%"]
    assert by_phase["active disease"][:3] == ["4", "4 (100%)", "40% to 100%"]
    assert by_phase["early after infusion"][:3] == ["5", "5 (100%)", "48% to 100%"]
    assert by_phase["active disease"][3] == "not estimable (a margin is constant)"
    # Late: both raised 1, neither 3, VEGF alone 1, IL-6 alone 2; positive 2/5, negative 6/9.
    assert [cell.split(" ")[0] for cell in by_phase["late after infusion"][5:]] == ["40%", "67%"]
    assert by_phase["every phase"][:2] == ["8", "5 (63%)"]
    assert any("Clopper-Pearson" in note for note in notes)


def test_response_with_its_definition(read) -> None:
    _, rows, notes = read["response"]
    by_patient = {row[0]: row[1:] for row in rows}
    assert by_patient["P01"][:3] == ["4309 (day \u22129)", "309 (day +371)", "complete"]
    assert by_patient["P05"][2] == "not evaluable (no value before infusion)"
    assert by_patient["P08"][2] == "not evaluable (no infusion)"
    assert by_patient["P01"][6] == "not recorded"
    assert "1000 pg/mL (Gentile" in notes[0]


def test_claims_with_verdict_and_numbers(study, read) -> None:
    _, rows, _ = read["claims"]
    assert [row[0] for row in rows] == [claim.statement for claim in study.claims]
    assert {row[1] for row in rows} == {"holds"}
    assert "after_only.n = 4; after_only.concordant = 2" in rows[2][2]
    assert "agreement.late = 0.57" in rows[4][2]


def test_what_is_no_markup_stays_text(make_study) -> None:
    folder = make_study()
    file = folder / "patients.csv"
    file.write_text(
        file.read_text().replace("P01,male,50-59,yes,IgA lambda", "P01,male,50-59,yes,</script><b>IgA")
    )
    study = load_study(folder)
    shown = tables.patients(study, analyse(study)).as_raw_html()
    assert "&lt;/script&gt;&lt;b&gt;IgA" in shown
    assert "</script><b>" not in shown


def test_a_study_of_one_marker(tmp_path: Path) -> None:
    (tmp_path / "study.yml").write_text(
        'title: "One"\nauthors: [{name: "A"}]\nversion: "1.0"\nprovenance: observed\n'
        "markers:\n  crp: {label: CRP, unit: mg/L, matrix: serum, assay: X, uln: 5}\n"
    )
    (tmp_path / "patients.csv").write_text("patient_id,infusion\nA1,yes\nA2,yes\n")
    (tmp_path / "measurements.csv").write_text("patient_id,day,marker,value\nA1,-5,crp,>200\nA1,70,crp,3\n")
    study = load_study(tmp_path)
    results = analyse(study)
    # One pair can give no p value but 1; alone in its family it is not changed.
    ((name, *_, p, holm, other),) = _cells(tables.exploratory(study, results))[1]
    assert (name, p, holm, other) == ("Change of CRP to 3 months (log2)", "1.00 (floor 1.00)", "1.00", "1.00")
    assert len(_cells(tables.coverage(study, results))[1]) > 30
    why = ["not estimable (the study has one marker)"]
    assert [row[:1] for row in _cells(tables.correlations(study, results))[1]] == [why]
    assert [row[:1] for row in _cells(tables.agreement(study, results))[1]] == [why]
    _, rows, _ = _cells(tables.patients(study, results))
    assert rows[1][1:4] == ["not recorded"] * 3
    assert rows[1][5:] == ["0", "not measured"]
    _, rows, _ = _cells(tables.measurements(study, results))
    assert [row[3] for row in rows] == ["↑ >200", "3"]
    assert tables.caption("patients", study) == "Patients, and when they were tested."


def _numbers(text: str) -> list[float]:
    return [float(one.replace("\u2212", "-")) for one in re.findall(r"[+\u2212-]?\d+(?:\.\d+)?", text)]


def test_landmarks_are_the_values_nearest_to_them(measured, read) -> None:
    heads, rows, notes = read["landmarks"]
    assert heads == ["Patient", "Landmark", "Day", "VEGF change", "IL-6 change", "VEGF response"]
    values = {
        (one["patient_id"], one["marker"], int(one["day"])): one["value"] for one in measured if one["value"]
    }
    windows = {_numbers(note)[0]: _numbers(note)[1:4] for note in notes if note[0].isdigit()}
    assert sorted(windows) == [3, 6, 12]
    for patient, landmark, day, *changes, _ in rows:
        target, first, last = windows[float(landmark.split()[0])]
        for marker, change in zip(("vegf", "il6"), changes, strict=True):
            own = {
                at: value for (name, kind, at), value in values.items() if (name, kind) == (patient, marker)
            }
            before = [at for at in own if at <= 0 and patient != "P08"]
            within = [at for at in own if first <= at <= last and patient != "P08"]
            if not before or not within:
                assert change == "not told"
                continue
            nearest = min(within, key=lambda at: (abs(at - target), at))
            assert int(day) == nearest
            ratio = float(own[nearest].lstrip("<")) / float(own[max(before)])
            sign = "<" if own[nearest].startswith("<") else ""
            assert change == f"{sign}\u2212{100 * (1 - ratio):.0f}%"
    by_patient = {(row[0], row[1]): row[5] for row in rows}
    assert by_patient["P01", "6 months"] == "complete"
    assert by_patient["P02", "3 months"] == "not evaluable (no value near the landmark)"
    assert by_patient["P08", "12 months"] == "not evaluable (no infusion)"


def test_sensitivity_tells_what_changes(results, read) -> None:
    _, rows, notes = read["sensitivity"]
    by_name = {row[0]: row[1:] for row in rows}
    assert by_name["Change of VEGF to the day after (log2)"][:3] == [
        "\u22122.67",
        "3",
        "0.25 (floor 0.25); exact signed rank test",
    ]
    assert by_name["Rank correlation, active disease"][-1] == "unchanged"
    # 4 of 7 agree late: without one of the three who do not 4 of 6, without one who does 3 of 6.
    assert by_name["Agreement, late after infusion"] == [
        *["57%", "7", "no test", "cut-off: 57% to 71%", "50% to 67%"],
        "changes: 71% (cut-off 600 pg/mL); 67% (without P02)",
    ]
    told = results.to_dict()["sensitivity"]
    within = [one for one in told if one["key"] == "within.vegf_il6.r"]
    left_out = {one["estimate"]: one["choice"] for one in within if one["kind"] == "leave_out"}
    row = by_name["Correlation within patients"]
    assert row[4] == f"{min(left_out):.2f} to {max(left_out):.2f}"
    main = results["within.vegf_il6.r"].estimate
    most = max(left_out, key=lambda one: abs(one - main))
    assert row[5].endswith(f"{most:.2f} (without {left_out[most]})")
    assert any("cut-off 200 pg/mL, the cut-off belongs to plasma" in note for note in notes)
    for _, _, _, p, *_ in rows:
        assert p == "no test" or re.search(r" \((floor|no floor).*\); .* (test|freedom)", p)


def test_sensitivity_without_leaving_out(study, results) -> None:
    reason = "60 patients: leaving out one in turn is done up to 50"
    rows = tuple(
        replace(one, choice="", estimate=None, reason=reason) if one.kind == "leave_out" else one
        for one in results.sensitivity
        if one.kind != "leave_out" or one.choice == "P01"
    )
    _, shown, notes = _cells(tables.sensitivity(study, replace(results, sensitivity=rows)))
    assert {row[5] for row in shown} == {f"not estimable ({reason})"}
    assert shown[0][6] == "unchanged"
    assert f"Not estimable: one patient left out, {reason}." in notes


def test_power_is_that_of_the_tests(read) -> None:
    heads, rows, notes = read["power"]
    assert heads[2:] == [f"{n} patients" for n in (3, 5, 8, 12, 20, 50)]
    by_effect = {(row[0], row[1]): dict(zip(heads[2:], row[2:], strict=True)) for row in rows}
    assert len(by_effect) == len(rows) == 12
    # Eight of eight must agree for an exact interval above one half; 0.9 ** 8 = 43%, 0.95 ** 8 = 66%.
    agreement = {effect: own for (test, effect), own in by_effect.items() if test.startswith("Agreement")}
    assert agreement["90%"]["8 patients"] == "43%"
    assert agreement["95%"]["8 patients"] == "66%"
    # Two-sided, n signs: 2 / 2 ** n is above 0.05 up to five patients.
    never = {cell["5 patients"] for (test, _), cell in by_effect.items() if not test.startswith("Corr")}
    assert never == {"never"}
    assert any("0.25 with 3 patients" in note for note in notes)
    assert any("standard error at most 0.5%" in note for note in notes)
