"""The main results under other choices, against the analysis of a study changed by hand."""

from __future__ import annotations

import math

import pytest

from poems_report import analyse, load_study
from poems_report.analysis.sensitivity import MOST_LEFT_OUT, main_keys


@pytest.fixture(scope="module")
def rows(results):
    return {(one.key, one.kind, one.choice): one for one in results.sensitivity}


def numbers(one):
    interval = one.ci_low, one.ci_high, one.level
    return one.estimate, *interval, one.p, one.p_floor, one.n, one.of, one.method, one.reason


def test_every_main_result_stands_first_as_it_is(study, results):
    keys = main_keys(study.config)
    assert list(dict.fromkeys(one.key for one in results.sensitivity)) == keys
    for key in keys:
        own = [one for one in results.sensitivity if one.key == key]
        assert (own[0].kind, own[0].choice) == ("main", "")
        assert numbers(own[0]) == numbers(results[key])


@pytest.mark.parametrize("patient", ["P01", "P05", "P08"])
def test_leaving_out_a_patient_is_the_study_without_the_patient(make_study, root, rows, patient):
    def without(name):
        lines = (root / "data" / name).read_text(encoding="utf-8").splitlines()
        return "\n".join(line for line in lines if not line.startswith(patient)) + "\n"

    names = ("patients", "measurements", "events")
    folder = make_study(**{f"{name}__csv": without(f"{name}.csv") for name in names})
    found = analyse(load_study(folder))
    left_out = {
        key: one for (key, kind, choice), one in rows.items() if (kind, choice) == ("leave_out", patient)
    }
    assert len(left_out) == 12
    for key, one in left_out.items():
        assert numbers(one) == numbers(found[key]), key


@pytest.mark.parametrize(("choice", "value"), [("half", "0.75"), ("root_half", repr(1.5 / math.sqrt(2)))])
def test_substitution_is_the_study_with_that_number(make_study, root, rows, choice, value):
    text = (root / "data" / "measurements.csv").read_text(encoding="utf-8")
    found = analyse(load_study(make_study(measurements__csv=text.replace("<1.5", value))))
    for key in ("within.vegf_il6.r", "between.vegf_il6.r", "phase.late.vegf_il6.tau"):
        assert rows[key, "censored", choice].estimate == pytest.approx(found[key].estimate, rel=1e-12)
        assert rows[key, "censored", choice].p == pytest.approx(found[key].p, rel=1e-9)


def test_the_limit_itself_is_an_alternative_for_ranks_only(rows):
    keys = {key for key, kind, choice in rows if (kind, choice) == ("censored", "limit")}
    assert keys == {f"phase.{phase}.vegf_il6.tau" for phase in ("active", "early", "late")}


def test_another_cutoff_is_the_study_with_that_limit(make_study, root, rows):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    other = text.replace("uln: 1000 ", "uln: 600 ").replace(
        "response_profile: serum_1000", "response_profile: pumch_serum_600"
    )
    assert "uln: 600 " in other
    found = analyse(load_study(make_study(study__yml=other)))
    keys = [key for key, kind, choice in rows if (kind, choice) == ("profile", "pumch_serum_600")]
    assert sorted(keys) == [
        "agreement.active",
        "agreement.early",
        "agreement.late",
        "agreement.patients",
        "response.complete",
    ]
    for key in keys:
        assert numbers(rows[key, "profile", "pumch_serum_600"]) == numbers(found[key])
    assert rows["agreement.early", "profile", "pumch_serum_600"].estimate == 0.8


def test_a_cutoff_of_another_matrix_is_never_applied(rows):
    told = {key: one for (key, _, choice), one in rows.items() if choice == "mayo_plasma_200"}
    assert set(told) == {
        "agreement.active", "agreement.early", "agreement.late", "agreement.patients", "response.complete",
    }  # fmt: skip
    for one in told.values():
        assert (one.estimate, one.reason) == (None, "the cut-off belongs to plasma, not to serum")
        assert one.method == "response profile mayo_plasma_200"


def test_the_limit_of_the_laboratory_is_the_study_with_that_profile(make_study, root, rows):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    other = text.replace("response_profile: serum_1000", "response_profile: lab_uln")
    data = (root / "data" / "measurements.csv").read_text(encoding="utf-8")
    found = analyse(load_study(make_study(study__yml=other, measurements__csv=data)))
    for (key, kind, choice), one in rows.items():
        if (kind, choice) == ("profile", "lab_uln"):
            assert numbers(one) == numbers(found[key])


def test_every_choice_of_every_main_result(results, rows):
    patients = [("leave_out", f"P0{number}") for number in range(1, 9)]
    lowered = [("censored", "half"), ("censored", "root_half")]
    profiles = [
        ("profile", name) for name in ("mayo_plasma_200", "chiba_serum_1040", "pumch_serum_600", "lab_uln")
    ]
    expected = {
        "day_after": [("zeros", "pratt"), *lowered],
        "within": lowered,
        "between": lowered,
        "phase": [("censored", "limit"), *lowered],
        "agreement": profiles,
        "response": profiles,
    }
    assert len({key for key, _, _ in rows}) == 12
    for key in {key for key, _, _ in rows}:
        own = [(one.kind, one.choice) for one in results.sensitivity if one.key == key]
        assert own == [("main", ""), *expected[key.split(".")[0]], *patients]


@pytest.mark.parametrize(("choice", "value"), [("half", "2.5"), ("root_half", repr(5 / math.sqrt(2)))])
def test_a_change_to_below_a_limit_with_a_number_in_its_place(make_study, choice, value):
    header = "patient_id,day,marker,value\n"
    text = "".join(
        f"P0{one},-1,il6,{40 + one}\nP0{one},1,il6,{after}\nP0{one},-1,vegf,900\nP0{one},1,vegf,{500 + one}\n"
        for one, after in enumerate(("<5", "12", ">5000", "<5", "<5", "<5"), start=1)
    )
    found = analyse(load_study(make_study(measurements__csv=header + text, claims__yml=None)))
    other = analyse(
        load_study(make_study(measurements__csv=header + text.replace("<5", value), claims__yml=None))
    )
    lowered = {one.key: one for one in found.sensitivity if (one.kind, one.choice) == ("censored", choice)}
    for marker in ("il6", "vegf"):
        key = f"day_after.{marker}.log2"
        one = lowered[key]
        assert one.estimate == pytest.approx(other[key].estimate, rel=1e-12)
        assert (one.p, one.p_floor, one.n) == (other[key].p, other[key].p_floor, 6)
    assert lowered["day_after.vegf.log2"].estimate == found["day_after.vegf.log2"].estimate
    assert lowered["day_after.il6.log2"].estimate < found["day_after.il6.log2"].estimate


def test_one_marker_has_its_change_and_its_response(make_study, root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    alone = text[: text.index("  il6:\n")].replace("compared: {reference: vegf, candidate: il6}", "")
    data = (root / "data" / "measurements.csv").read_text(encoding="utf-8")
    vegf = "".join(line for line in data.splitlines(keepends=True) if ",vegf," in line or ",day," in line)
    found = analyse(load_study(make_study(study__yml=alone, measurements__csv=vegf, claims__yml=None)))
    assert list(dict.fromkeys(one.key for one in found.sensitivity)) == [
        "day_after.vegf.log2",
        "response.complete",
    ]


def test_zeros_are_dropped_or_ranked(make_study):
    header = "patient_id,day,marker,value\n"
    values = {"P01": (100, 100), "P02": (100, 50), "P03": (100, 200), "P04": (100, 400), "P05": (100, 800)}
    lines = [f"{name},-1,vegf,{before}\n{name},1,vegf,{after}" for name, (before, after) in values.items()]
    found = analyse(
        load_study(make_study(measurements__csv=header + "\n".join(lines) + "\n", claims__yml=None))
    )
    kinds = {one.kind: one for one in found.sensitivity if one.key == "day_after.vegf.log2"}
    # Log2 changes 0, -1, 1, 2, 3: without zero V = 1.5 + 3 + 4, ranked with it 2.5 + 4 + 5; of 16 patterns of signs.
    assert kinds["main"].p == 2 * 3 / 16
    assert kinds["zeros"].p == 2 * 3 / 16
    assert kinds["main"].p_floor == kinds["zeros"].p_floor == 2 / 16
    assert "Pratt" in kinds["zeros"].method
    assert "dropped" in kinds["main"].method


def test_many_patients_are_not_left_out_one_by_one(make_study, root):
    header, first, *_ = (root / "data" / "patients.csv").read_text(encoding="utf-8").splitlines()
    count = MOST_LEFT_OUT + 1
    patients = "\n".join([header, *(first.replace("P01", f"Q{one}") for one in range(count))]) + "\n"
    rows = "".join(f"Q{one},-1,vegf,100\nQ{one},1,vegf,{one + 50}\n" for one in range(count))
    folder = make_study(
        patients__csv=patients,
        measurements__csv="patient_id,day,marker,value\n" + rows,
        events__csv=None,
        claims__yml=None,
    )
    found = [one for one in analyse(load_study(folder)).sensitivity if one.kind == "leave_out"]
    assert {one.choice for one in found} == {""}
    assert {one.reason for one in found} == {"51 patients: leaving out one in turn is done up to 50"}
    assert {one.key for one in found} == set(main_keys(load_study(folder).config))
    change = next(one for one in found if one.key == "day_after.vegf.log2")
    assert (change.estimate, change.n) == (None, 51)
    assert change.method.startswith("Hodges-Lehmann")
