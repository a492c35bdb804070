"""The analysis of small studies written out by hand, against numbers worked out by hand."""

from __future__ import annotations

import json
import math

import pytest
from scipy import stats as scipy_stats

from poems_report import analyse, load_study
from poems_report.analysis.response import cutoff_of

HEADER = "patient_id,day,marker,value,matrix,uln\n"


@pytest.fixture
def analysed(make_study):
    """Analyse measurements written as (patient, day, marker, value[, matrix[, uln]])."""

    def make(*rows, settings=lambda text: text, root=None):
        lines = [",".join([*map(str, row), *[""] * (6 - len(row))]) for row in rows]
        folder = make_study(
            measurements__csv=HEADER + "\n".join(lines) + "\n", claims__yml=None, events__csv=None
        )
        path = folder / "study.yml"
        path.write_text(settings(path.read_text(encoding="utf-8")), encoding="utf-8")
        return analyse(load_study(folder))

    return make


def response(found, patient="P01"):
    one = found.patients[patient].response
    return one.category, one.reason, one.flag


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(-5, "3000"), (180, "900")], ("complete", "", "")),
        ([(-5, "3000"), (180, "<31")], ("complete", "", "")),
        ([(-5, "4000"), (180, "2000")], ("partial", "", "")),
        ([(-5, "4000"), (180, "2100")], ("none", "", "")),
        ([(-5, "4000"), (90, "1200"), (180, "1801")], ("progression", "", "")),
        ([(-5, "4000"), (90, "1200"), (180, "1800")], ("partial", "", "")),
        ([(-5, "4000"), (90, "400"), (180, "900")], ("complete", "", "rise_below_limit")),
        ([(-5, "4000"), (90, "<31"), (180, "900")], ("complete", "", "")),
        ([(-5, "4000"), (90, "<31"), (180, "1100")], ("progression", "", "")),
        ([(-5, "900"), (180, "300")], ("not_evaluable", "baseline_normal", "")),
        ([(180, "300")], ("not_evaluable", "no_value_before_infusion", "")),
        ([(-5, "4000"), (1, "300")], ("not_evaluable", "no_value_from_day", "")),
        ([(-5, "4000"), (180, "300", "plasma")], ("not_evaluable", "mixed_assay", "")),
        ([(-5, "4000", "plasma"), (180, "300", "plasma")], ("not_evaluable", "matrix_differs", "")),
        ([(-5, "<1500"), (180, "300")], ("not_evaluable", "censored_at_cutoff", "")),
        ([(-5, ">20000"), (180, "2000")], ("partial", "", "")),
        ([(-5, ">2000"), (180, "1500")], ("not_evaluable", "censored_above_range", "")),
        ([(-5, ">2000"), (180, "3100")], ("not_evaluable", "censored_above_range", "")),
        ([(-5, "4000"), (180, ">2000")], ("not_evaluable", "censored_above_range", "")),
        ([(-5, ">20000"), (180, "200")], ("complete", "", "")),
    ],
)
def test_response_of_the_reference_marker(analysed, rows, expected):
    found = analysed(*(("P01", day, "vegf", *rest) for day, *rest in rows))
    assert response(found) == expected


def test_without_infusion_there_is_no_response(analysed):
    assert response(analysed(("P08", 0, "vegf", 9000)), "P08") == ("not_evaluable", "no_infusion", "")


def test_the_laboratory_limit_is_that_of_the_value(analysed):
    def lab(text):
        return text.replace("response_profile: serum_1000", "response_profile: lab_uln")

    rows = [("P01", -5, "vegf", 3000, "", 500), ("P01", 180, "vegf", 600, "", 500)]
    assert response(analysed(*rows, settings=lab))[0] == "partial"
    assert response(analysed(*rows))[0] == "complete"


def test_cutoff_names_its_source(study):
    cutoff = cutoff_of(study.config)
    assert (cutoff.value, cutoff.matrix, cutoff.verified) == (1000, "serum", True)
    assert "Gentile" in cutoff.source
    own = cutoff_of(study.config, "lab_uln")
    assert (own.profile, own.value, own.matrix) == ("lab_uln", None, "")


def test_changes_with_and_without_limits(analysed):
    found = analysed(
        ("P01", -5, "il6", 40), ("P01", 1, "il6", 10), ("P01", 30, "il6", "<5"), ("P01", 90, "il6", 20)
    ).patients["P01"]
    day_after, nadir, last = (found.change("il6", kind) for kind in ("day_after", "nadir", "last"))
    assert (day_after.log2, day_after.percent, day_after.bound) == (-2.0, -75.0, "")
    assert (nadir.to_day, nadir.log2, nadir.percent, nadir.bound) == (30, -3.0, -87.5, "<")
    assert (last.to_day, last.log2, last.bound) == (90, -1.0, "")


def test_two_values_at_a_limit_tell_no_change(analysed):
    found = analysed(("P01", -5, "il6", "<5"), ("P01", 1, "il6", "<5"))
    assert found.patients["P01"].change("il6", "day_after").bound == "?"
    assert found["day_after.il6.log2"].estimate is None
    assert found["day_after.il6.log2"].n == 0


def test_concordance_takes_the_last_visit_of_each_phase_that_tells_both(analysed):
    found = analysed(
        ("P01", -9, "vegf", 900), ("P01", -9, "il6", 20),
        ("P01", -2, "vegf", 3000), ("P01", -2, "il6", 20),
        ("P01", 50, "vegf", 3000), ("P01", 50, "il6", 2),
        ("P01", 90, "vegf", 3000), ("P01", 90, "il6", "<9"),
    )  # fmt: skip
    pairs = found.patients["P01"].pairs
    assert [(one.phase, one.day, one.concordant) for one in pairs] == [
        ("active", -2, True),
        ("early", 50, False),
    ]
    assert found.patients["P01"].concordant is False
    assert found["agreement.early"].estimate == 0


def test_the_phase_of_a_day_follows_the_settings(analysed):
    def longer(text):
        return text.replace("last: 100", "last: 200").replace("first: 101", "first: 201")

    rows = [
        ("P01", 150, "vegf", 3000),
        ("P01", 150, "il6", 20),
        ("P08", 500, "vegf", 300),
        ("P08", 500, "il6", 2),
    ]
    assert analysed(*rows).patients["P01"].pairs[0].phase == "late"
    found = analysed(*rows, settings=longer)
    assert found.patients["P01"].pairs[0].phase == "early"
    assert found.patients["P08"].pairs[0].phase == "active"


def test_published_pattern_in_numbers(results):
    number = {key: one.estimate for key, one in results.results.items()}
    assert number["patients.n"] == 8
    assert number["before.both_raised"] == 3
    assert (number["after_only.n"], number["after_only.concordant"]) == (4, 2)
    assert (number["diagnosis.vegf.rank"], number["diagnosis.il6.rank"]) == (1, 1)
    assert [number[f"agreement.{phase}"] for phase in ("active", "early", "late")] == [
        1,
        1,
        pytest.approx(4 / 7),
    ]
    assert {one.verdict for one in results.claims} == {"holds"}


def test_change_of_three_pairs_agrees_with_scipy_and_states_its_floor(study, results):
    rows = study.measurements
    il6 = rows[rows["marker"] == "il6"].set_index(["patient_id", "day"])["value"]
    before = {"P01": -9, "P02": -14, "P03": -6}
    log2 = [math.log2(il6[name, 1] / il6[name, day]) for name, day in before.items()]
    found = results["day_after.il6.log2"]
    assert found.p == pytest.approx(scipy_stats.wilcoxon(log2, method="exact").pvalue)
    assert (found.p, found.p_floor, found.n, found.level) == (0.25, 0.25, 3, 0.75)
    walsh = sorted((a + b) / 2 for i, a in enumerate(log2) for b in log2[i:])
    assert found.estimate == pytest.approx((walsh[2] + walsh[3]) / 2)
    assert (found.ci_low, found.ci_high) == pytest.approx((walsh[0], walsh[-1]))
    assert results["day_after.il6.ratio"].estimate == pytest.approx(2 ** (sum(log2) / 3))


def test_agreement_intervals_are_exact(results):
    for key, k, n in (("agreement.active", 4, 4), ("agreement.early", 5, 5), ("agreement.late", 4, 7)):
        exact = scipy_stats.binomtest(k, n).proportion_ci(method="exact")
        found = results[key]
        assert (found.ci_low, found.ci_high, found.n) == (
            pytest.approx(exact.low),
            pytest.approx(exact.high),
            n,
        )


def test_every_p_value_has_its_floor_its_n_and_its_method(results):
    with_p = [one for one in results.results.values() if one.p is not None]
    assert len(with_p) > 5
    for one in with_p:
        assert one.p_floor is not None
        assert one.p >= one.p_floor
        assert one.n
        assert one.method


def test_results_as_json(results):
    content = json.loads(json.dumps(results.to_dict(), allow_nan=False))
    assert content["schema"] == 1
    assert content["results"]["within.vegf_il6.r"]["estimate"] == results["within.vegf_il6.r"].estimate
    assert set(content["claims"]) == {
        "measured_over_time", "steep_fall", "after_only", "diagnosis_highest", "reliable_early",
    }  # fmt: skip
    assert content["patients"]["P01"]["pairs"][0]["concordant"] is True


def test_nothing_is_estimable_without_measurements(make_study):
    folder = make_study(measurements__csv="patient_id,day,marker,value\n")
    found = analyse(load_study(folder))
    assert found["within.vegf_il6.r"].estimate is None
    assert found["agreement.late"].reason == "no patient with both markers in the late phase"
    verdicts = {one.id: one.verdict for one in found.claims}
    assert verdicts.pop("reliable_early") == "not estimable"
    assert set(verdicts.values()) == {"does not hold"}


def test_one_marker_has_no_comparison(make_study, root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    alone = text[: text.index("  il6:\n")].replace("compared: {reference: vegf, candidate: il6}", "")
    folder = make_study(
        study__yml=alone, measurements__csv="patient_id,day,marker,value\nP01,1,vegf,100\n", claims__yml=None
    )
    found = analyse(load_study(folder))
    assert not any(key.startswith(("within", "between")) for key in found.results)
    fixed = [one for key, one in found.results.items() if key.startswith(("agreement.", "reliability."))]
    assert {one.reason for one in fixed} == {"the study has one marker"}
    assert found["patients.both_markers"].estimate == 0
