"""Counts, ranks and changes of a small study written by hand, against numbers worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from poems_report import analyse, load_study
from poems_report.analysis import cohort
from poems_report.analysis.cohort import landmark_results
from poems_report.analysis.landmarks import Landmark
from poems_report.analysis.patients import GROUPS

# Limits: VEGF 1000, IL-6 7. Without infusion: P08.
ROWS = """\
P01,-9,vegf,3000
P01,-9,il6,20
P01,1,vegf,1000
P01,1,il6,5
P01,50,vegf,500
P01,50,il6,3
P01,200,il6,<1.5
P02,-5,vegf,3000
P02,-5,il6,3
P02,1,vegf,1500
P02,200,vegf,900
P02,200,il6,20
P03,30,vegf,2000
P03,30,il6,20
P03,150,vegf,500
P03,150,il6,2
P04,30,vegf,2000
P04,30,il6,2
P05,-3,vegf,900
P06,5,vegf,
P07,40,il6,<1.5
P08,0,vegf,2500
P08,0,il6,20
"""
HIGHEST = "rank of the highest value at diagnosis among the patients' highest values; 1 is the highest"
COUNTS = {
    "patients.n": (8, None, "patients of the study"),
    "patients.both_markers": (5, 8, "patients with both markers on one day"),
    "phases.n": (3, None, "phases with at least one visit of both markers"),
    "measurements.n": (22, None, "measurements with a value"),
    "measurements.censored": (2, 22, "values at a limit"),
    "measurements.missing": (1, 23, "measurements without a value"),
    "visits.paired": (9, None, "visits with both markers"),
    "before.n": (2, 8, "infused patients with both markers before infusion"),
    "before.both_raised": (1, 2, "of them, with both markers above their ULN"),
    "after_only.n": (3, 8, "patients tested after infusion only"),
    "after_only.concordant": (1, 3, "of them, concordant in every phase"),
    "after_only.discordant": (1, 3, "of them, discordant in one phase or more"),
    "diagnosis.n": (1, 8, "patients tested at diagnosis, without infusion"),
}
GROUP = {
    "P01": "before_and_after",
    "P02": "before_and_after",
    "P03": "after_only",
    "P04": "after_only",
    "P05": "before_only",
    "P06": "not_tested",
    "P07": "after_only",
    "P08": "diagnosis",
}


@pytest.fixture(scope="module")
def found(analysed):
    return analysed(ROWS)


@pytest.mark.parametrize("key", COUNTS)
def test_each_count_has_its_total_and_its_words(found, key):
    one = found[key]
    assert (one.estimate, one.of, one.method) == COUNTS[key]
    assert one.n == 8


def test_the_group_of_each_patient(found):
    assert {name: one.group for name, one in found.patients.items()} == GROUP
    assert set(GROUP.values()) == set(GROUPS)
    assert found.patients["P07"].concordant is None
    assert [found.patients[name].concordant for name in ("P01", "P02", "P03")] == [True, False, True]


def test_the_rank_at_diagnosis_counts_the_patients_above(found):
    # Highest VEGF: 3000, 3000, 2000, 2000, 900 and 2500 at diagnosis. Highest IL-6: 20 four times, 2 and 1.5.
    assert (found["diagnosis.vegf.rank"].estimate, found["diagnosis.vegf.rank"].n) == (3, 6)
    assert (found["diagnosis.il6.rank"].estimate, found["diagnosis.il6.rank"].n) == (1, 6)
    assert found["diagnosis.vegf.rank"].method == HIGHEST


@pytest.mark.parametrize(
    ("at_diagnosis", "others", "rank"),
    [
        (">20000", ("10551", "<31"), 1),
        ("10551", (">20000", "9000"), 2),
        (">2000", ("2000", "<31"), 1),
        (">2000", ("4000", "9"), None),
        (">2000", (">2000", "9"), None),
        ("<31", ("31", "8"), None),
        ("<31", ("31", "50"), 3),
        ("31", ("<31", "<31"), 1),
    ],
)
def test_a_rank_that_a_limit_leaves_open_is_not_estimable(make_study, at_diagnosis, others, rank):
    values = {"P08": (0, at_diagnosis), "P01": (-3, others[0]), "P02": (5, others[1])}
    rows = "".join(f"{patient},{day},vegf,{value}\n" for patient, (day, value) in values.items())
    study = make_study(measurements__csv=f"patient_id,day,marker,value\n{rows}", claims__yml=None)
    one = analyse(load_study(study))["diagnosis.vegf.rank"]
    assert (one.estimate, one.n) == (rank, 3)
    assert one.reason == ("" if rank else "a value at a limit leaves open which is higher")


def test_without_a_patient_at_diagnosis_there_is_no_rank(make_study):
    text = "patient_id,day,marker,value\nP01,-9,vegf,3000\n"
    one = analyse(load_study(make_study(measurements__csv=text, claims__yml=None)))["diagnosis.vegf.rank"]
    assert (one.estimate, one.n, one.method) == (None, 1, HIGHEST)
    assert one.reason == "no patient tested at diagnosis"


def test_a_change_to_the_day_after_by_hand(found):
    # VEGF to a third and to a half of it: only the first is less than a half.
    halved = found["day_after.vegf.halved"]
    assert (halved.estimate, halved.n, halved.of) == (1, 2, 2)
    assert halved.method == "patients with less than half of it: last value before infusion to day 1"
    ratio = found["day_after.vegf.ratio"]
    assert (ratio.estimate, ratio.n) == (pytest.approx((1 / 6) ** 0.5), 2)
    assert ratio.method == "geometric mean ratio, last value before infusion to day 1"
    log2 = found["day_after.vegf.log2"]
    # Of two changes the estimate is their mean; the four patterns of signs give p at least 1/2.
    assert 2**log2.estimate == pytest.approx((1 / 6) ** 0.5)
    assert (log2.p, log2.p_floor, log2.n, log2.unit) == (0.5, 0.5, 2, "log2")
    assert log2.method.startswith(
        "Hodges-Lehmann estimate of the log2 ratio, last value before infusion to day 1; "
    )
    assert {one.note for one in (halved, ratio, log2)} == {""}
    assert not any(one.exploratory for one in (halved, ratio, log2))


def test_a_change_to_a_landmark_by_hand(found):
    six = found["change.m6.il6.log2"]
    # IL-6 20 to below 1.5, and 3 to 20.
    ratio = found["change.m6.il6.ratio"]
    assert ratio.estimate == pytest.approx((1.5 / 20 * 20 / 3) ** 0.5)
    what = "last value before infusion to the value nearest to day 183 (137 to 273)"
    assert ratio.method == f"geometric mean ratio, {what}"
    assert what in six.method
    for one in (six, ratio):
        assert (one.n, one.exploratory) == (2, True)
        assert one.note == "1 of 2 changes rest on a value at a limit"
    assert found["change.m6.vegf.log2"].note == ""
    for part in ("log2", "ratio"):
        none = found[f"change.m3.il6.{part}"]
        assert (none.estimate, none.n, none.exploratory) == (None, 0, True)
        assert none.reason == "no patient with a value before infusion and from day 60 to 136"


def test_a_marker_that_was_never_measured_has_no_change_to_a_landmark():
    landmarks = (Landmark("m6", 183, 137, 273, ""),)
    found = landmark_results(["il6"], {}, landmarks)
    assert set(found) == {"change.m6.il6.log2", "change.m6.il6.ratio"}
    assert {one.estimate for one in found.values()} == {None}


def test_of_many_changes_some_are_drawn_each_once(monkeypatch):
    log2 = np.array([-3.0, -1.0, 0.5, 4.0])
    changes = {("il6", "m6"): SimpleNamespace(log2=log2, bounded=1, hidden=0, uncompared=0)}
    landmarks = (Landmark("m6", 183, 137, 273, ""),)
    for most, part in ((3, "; 3 of 4 patients at random (seed 0)"), (4, "")):
        monkeypatch.setattr(cohort, "MOST_EXPLORED", most)
        one = landmark_results(["il6"], changes, landmarks)["change.m6.il6.ratio"]
        assert one.n == most
        assert one.method.endswith(f"day 183 (137 to 273){part}")
        assert one.note == "1 of 4 changes rest on a value at a limit"
        without = [np.delete(log2, place).mean() for place in range(4)] if part else [log2.mean()]
        assert np.isclose(without, np.log2(one.estimate)).any()


def test_without_a_p_value_no_test_is_named():
    changes = {("il6", "m6"): SimpleNamespace(log2=np.zeros(3), bounded=0, hidden=0, uncompared=0)}
    one = landmark_results(["il6"], changes, (Landmark("m6", 183, 137, 273, ""),))["change.m6.il6.log2"]
    assert (one.p, one.test) == (None, "")


OF_OTHER_ASSAYS = """\
patient_id,day,marker,value,matrix,assay,uln
P01,-5,vegf,4000,,,
P01,1,vegf,300,plasma,ELISA,200
P01,90,vegf,250,plasma,ELISA,200
P01,120,vegf,1000,,,
P02,-5,vegf,4000,,,
P02,1,vegf,1000,,,
P02,90,vegf,500,,Luminex,300
P03,-5,il6,40,,,
P03,1,il6,>10,,,
P03,-6,vegf,<100,,,
P03,1,vegf,<50,,,
"""


def test_values_of_another_matrix_or_assay_are_not_compared(make_study):
    results = analyse(load_study(make_study(measurements__csv=OF_OTHER_ASSAYS, claims__yml=None)))
    log2, halved = results["day_after.vegf.log2"], results["day_after.vegf.halved"]
    # Serum to plasma in P01 is no change, nor are two limits in P03; 4000 to 1000 in P02 is.
    assert (log2.estimate, log2.n, halved.estimate, halved.n) == (-2, 1, 1, 1)
    assert log2.note == "left out, both values at limits: 1; left out, another matrix or assay: 1"
    three = results["change.m3.vegf.log2"]
    assert (three.estimate, three.n) == (None, 0)
    assert three.reason == "no change is known; left out, another matrix or assay: 2"
    of_first = {one.kind: (one.to_day, one.percent) for one in results.patients["P01"].changes}
    assert of_first == {"nadir": (120, -75), "last": (120, -75), "lowest_after": (120, -75)}
    of_second = {one.kind: one.to_day for one in results.patients["P02"].changes}
    assert of_second == {"day_after": 1, "nadir": 1, "lowest_after": 1}


def test_a_fall_that_a_limit_leaves_open_is_not_halved(make_study):
    results = analyse(load_study(make_study(measurements__csv=OF_OTHER_ASSAYS, claims__yml=None)))
    # From 40 to above 10 may be no fall at all.
    assert results.patients["P03"].change("il6", "day_after").bound == ">"
    assert (results["day_after.il6.halved"].estimate, results["day_after.il6.halved"].n) == (0, 1)
