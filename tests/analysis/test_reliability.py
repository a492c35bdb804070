"""The curve of agreement and its day, against windows worked out by hand, scipy, and a simulated truth."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from poems_report.analysis.fisher import fisher, fisher_name
from poems_report.analysis.reliability import KEY, _last_reliable, reliability, settings_of
from poems_report.study.thresholds import Reliability
from tests.analysis.made import pairs

QUICK = replace(settings_of(Reliability()), resamples=199)


def test_a_window_takes_the_nearest_visit_of_each_patient():
    # On day 100 the window reaches from 50 to 200: patient 0 counts with day 90 (nearer in ratio than 120), patient 1
    # with 200, patient 2 with 50; patient 3 (day 201) is outside.
    rows = [(0, 90, 1, 1), (0, 120, 1, 0), (1, 200, 0, 0), (2, 50, 1, 0), (3, 201, 0, 0), (3, 1, 0, 0)]
    how = replace(QUICK, days=10_000)
    curve, _ = reliability(pairs(rows), how)
    at = curve.days.index(100)
    assert (curve.first[at], curve.last[at], curve.patients[at]) == (50, 200, 3)
    assert curve.agreement[at] == pytest.approx(2 / 3)
    # Raised shares 2/3 and 1/3: by chance 2/9 + 2/9.
    assert curve.chance[at] == pytest.approx(4 / 9)


def test_days_before_infusion_and_patients_without_one_do_not_count():
    rows = [(0, 0, 1, 1), (1, 50, 1, 1), (2, 50, 1, 0), (3, 50, 0, 0)]
    curve, found = reliability(pairs(rows, infused=[True, True, True, False]), QUICK)
    assert curve.days == ()
    assert curve.reason == found[KEY].reason == "on no day 3 patients with both markers after infusion"
    assert found[KEY].exploratory


def test_without_any_visit_there_is_no_curve():
    assert reliability(pairs([]), QUICK)[0].days == ()


def test_a_level_that_cannot_be_told_does_not_count():
    rows = [(number, 50, 1, 1) for number in range(3)] + [(3, 50, -1, 1)]
    assert reliability(pairs(rows), QUICK)[0].patients == (3,)


def test_where_all_agree_the_band_is_exact():
    curve, _ = reliability(pairs([(number, 50, number % 2, number % 2) for number in range(4)]), QUICK)
    exact = scipy_stats.binomtest(4, 4).proportion_ci(method="exact")
    assert (curve.low[0], curve.high[0]) == (pytest.approx(exact.low), 1.0)


def test_the_illustrative_study_cannot_tell_and_says_why(results):
    found = results["reliability.day"]
    assert found.estimate is None
    assert found.exploratory
    assert found.n == 7
    curve = results.reliability
    day, p, n, floor, least = re.fullmatch(
        r"agreement can be told from chance on no day; nearest to it is day (\d+): p = ([\d.]+) "
        r"\(Fisher's exact test, one-sided, n = (\d), smallest possible p ([\d.]+); on any day ([\d.]+)\)",
        found.reason,
    ).groups()
    at = curve.days.index(int(day))
    assert curve.p[at] == min(curve.p) == pytest.approx(float(p))
    assert (curve.patients[at], curve.p_floor[at]) == (int(n), pytest.approx(float(floor)))
    assert float(least) == pytest.approx(min(curve.p_floor), abs=0.005)
    assert len(curve.days) == len(curve.low) == len(curve.patients) > 10
    assert all(
        low <= share <= high for low, share, high in zip(curve.low, curve.agreement, curve.high, strict=True)
    )
    early = [share for day, share in zip(curve.days, curve.agreement, strict=True) if day <= 80]
    assert set(early) == {1.0}


@settings(max_examples=300, deadline=None)
@given(st.tuples(*[st.integers(0, 12)] * 4), st.sampled_from([1, 200]))
def test_p_is_fishers(cells, exact_n):
    table = np.array([cells], dtype=float)
    p, floor = fisher(table, exact_n)
    a, b, c, d = cells
    if min(a + b, c + d, a + c, b + d) == 0:
        assert p[0] == floor[0] == 1
        return
    expected = scipy_stats.fisher_exact([[a, b], [c, d]], alternative="greater").pvalue
    most = min(a + b, a + c)
    smallest = scipy_stats.hypergeom.sf(most - 1, sum(cells), a + b, a + c)
    if exact_n == 200:
        assert p[0] == pytest.approx(expected, rel=1e-9)
        assert floor[0] == pytest.approx(smallest, rel=1e-9)
    else:
        assert p[0] == pytest.approx(expected, abs=0.08)


@pytest.mark.parametrize(
    ("p", "floor", "expected"),
    [
        ([0.01, 0.01, 0.5, 0.01], [0.01] * 4, 20),
        ([0.5, 0.01, 0.01, 0.5], [0.01] * 4, 30),
        ([0.01, 1.0, 0.01, 0.5], [0.01, 1.0, 0.01, 0.01], 30),
        ([0.01, 0.5, 0.01, 0.01], [0.01] * 4, 10),
        ([0.5, 0.5, 0.5, 0.5], [0.01] * 4, 0),
        ([0.01, 0.01, 0.01, 0.01], [0.01] * 4, 80),
        ([0.01, 0.01, 0.01, 1.0], [0.01, 0.01, 0.01, 1.0], 80),
    ],
)
def test_the_last_day_that_can_be_told(p, floor, expected):
    days = np.array([10, 20, 30, 40])
    assert _last_reliable(np.array(p), np.array(floor), days, 80.0, QUICK) == expected


def simulated(patients, lost_from, seed):
    """Agreement of 95% before a day, chance alone from it on; half of the patients raised; visits all over."""
    draw = np.random.default_rng(seed)
    rows = []
    for patient in range(patients):
        for day in np.unique(np.rint(np.exp(draw.uniform(np.log(10), np.log(1500), 8))).astype(int)):
            raised = int(draw.random() < 0.5)
            agrees = draw.random() < (0.95 if day < lost_from else 0.5)
            rows.append((patient, int(day), raised, raised if agrees else 1 - raised))
    return pairs(rows)


def test_a_large_study_finds_the_day_within_its_window():
    curve, found = reliability(simulated(200, 200, 1), QUICK)
    one = found[KEY]
    assert one.estimate is not None
    assert 200 / 2 <= one.estimate <= 200 * 2
    assert one.ci_low is not None
    assert one.ci_low <= one.estimate
    assert "BCa bootstrap over patients" in one.method
    assert one.exploratory
    late = [share for day, share in zip(curve.days, curve.agreement, strict=True) if day > 420]
    assert np.mean(late) == pytest.approx(0.5, abs=0.08)


def test_a_very_large_study_resamples_groups_and_says_so():
    curve, found = reliability(simulated(1000, 200, 2), QUICK)
    assert "50 groups of patients" in curve.method
    test = "Fisher's exact or, beyond 200 patients in a window, normal approximation's p at most"
    assert test in found[KEY].method
    assert 100 <= found[KEY].estimate <= 400
    at = curve.days.index(max(day for day in curve.days if day < 90))
    exact = scipy_stats.binomtest(round(curve.agreement[at] * curve.patients[at]), curve.patients[at])
    interval = exact.proportion_ci(method="exact")
    assert (curve.low[at], curve.high[at]) == (
        pytest.approx(interval.low, abs=0.02),
        pytest.approx(interval.high, abs=0.02),
    )


def test_agreement_that_never_ends_gives_no_day():
    found = reliability(simulated(300, 10_000, 3), QUICK)[1][KEY]
    assert found.estimate is None
    assert "to the last day of the curve" in found.reason


def test_the_same_data_give_the_same_curve():
    one = simulated(40, 200, 4)
    assert reliability(one, QUICK) == reliability(one, QUICK)


PRIMES = (11, 23, 37, 53, 71, 97, 131, 173, 229, 307, 401)


def drawn(seed, patients=8):
    """A few visits a patient on prime days, of which none is as near to another as a second; some untold."""
    draw = np.random.default_rng(seed)
    return [
        (patient, int(day), int(draw.choice([-1, 0, 1, 1])), int(draw.choice([0, 0, 1])))
        for patient in range(patients)
        for day in draw.choice(PRIMES, 5, replace=False)
    ]


def tables_by_day(rows, factor):
    """For every day the counts both, reference alone, candidate alone, neither; read one patient at a time."""
    told = [row for row in rows if -1 not in row]
    found = {}
    for day in range(min(row[1] for row in told), max(row[1] for row in told) + 1):
        cells = [0, 0, 0, 0]
        for patient in {row[0] for row in told}:
            own = [
                row for row in told if row[0] == patient and row[1] * factor >= day and row[1] <= day * factor
            ]
            if own:
                _, _, one, other = min(own, key=lambda row: max(row[1] / day, day / row[1]))
                cells[{(1, 1): 0, (1, 0): 1, (0, 1): 2, (0, 0): 3}[one, other]] += 1
        found[day] = cells
    return found


@pytest.mark.parametrize(("seed", "least"), [(0, 3), (1, 5), (2, 8)])
def test_the_curve_day_by_day(seed, least):
    rows = drawn(seed)
    how = replace(QUICK, days=10_000, resamples=99, min_patients=least)
    curve, found = reliability(pairs(rows), how)
    expected = {day: cells for day, cells in tables_by_day(rows, 2).items() if sum(cells) >= least}
    assert curve.days == tuple(expected)
    for at, (day, (a, b, c, d)) in enumerate(expected.items()):
        n = a + b + c + d
        assert curve.patients[at] == n
        assert (curve.first[at], curve.last[at]) == (-(-day // 2), 2 * day)
        assert curve.agreement[at] == pytest.approx((a + d) / n)
        assert curve.chance[at] == pytest.approx(((a + b) * (a + c) + (c + d) * (b + d)) / n**2)
        p = scipy_stats.fisher_exact([[a, b], [c, d]], alternative="greater").pvalue
        assert curve.p[at] == pytest.approx(p)
        floor = scipy_stats.hypergeom.pmf(min(a + b, a + c), n, a + b, a + c)
        assert curve.p_floor[at] == pytest.approx(floor)
        assert 0 <= curve.low[at] <= curve.high[at] <= 1
    assert (curve.level, curve.factor, curve.reason) == (0.95, 2, "")
    assert curve.method == (
        "window from t / 2 to t x 2 days, one pair a patient; BCa bootstrap over patients (99 resamples, seed "
        f"{how.seed}); exact (Clopper-Pearson) where resamples cannot differ; "
        "few patients (8): the bootstrap band is likely too narrow"
    )
    assert found[KEY].n == max(sum(cells) for cells in expected.values())


def until(last, patients=10):
    """Half of the patients raised; all agree up to a day, and as many as by chance from then on."""
    rows = []
    for patient in range(patients):
        raised = patient % 2
        for day in (10, 20, 30, 40, 60, 90, 130, 200, 300):
            agrees = day <= last or patient < patients / 2
            rows.append((patient, day, raised, raised if agrees else 1 - raised))
    return rows


def test_the_day_of_a_clear_loss_with_its_interval_and_words():
    how = replace(QUICK, days=10_000)
    curve, found = reliability(pairs(until(60)), how)
    one = found[KEY]
    # On day 73 the nearest visit in ratio is that of day 60 (60 x 90 = 73.5 squared), on day 74 that of day 90.
    assert one.estimate == 73
    told = [p <= how.alpha for p in curve.p]
    assert curve.days[told.index(False)] == 74
    assert (one.n, one.unit, one.exploratory, one.reason) == (10, "days", True, "")
    assert one.ci_low is not None
    assert one.ci_low <= 73
    assert one.level == 0.95
    assert one.method == (
        "last day after infusion on which agreement can be told from chance (Fisher's exact p at most "
        f"{how.alpha}, one-sided), before the first later day on which it cannot; window from t / 2 to t x 2 days, "
        f"one pair a patient; BCa bootstrap over patients (199 resamples, seed {how.seed})"
    )
    if one.ci_high is None:
        assert "the interval is open above: it reaches beyond the last day of the curve, day 300" in one.note
    else:
        assert 73 <= one.ci_high <= 300


def test_without_a_day_the_one_nearest_to_it_is_named():
    # The markers disagree in half of the patients at first and agree in all of them later.
    rows = [(patient, 310 - day, one, other) for patient, day, one, other in until(200)]
    how = replace(QUICK, days=10_000, alpha=0.001)
    curve, found = reliability(pairs(rows), how)
    at = curve.p.index(min(curve.p))
    assert at > 0
    # All ten agree, five of them raised: one of 252 ways.
    assert found[KEY].reason.startswith(
        f"agreement can be told from chance on no day; nearest to it is day {curve.days[at]}: p = {1 / 252:.2g} "
    )


def test_an_interval_beyond_the_last_day_is_open():
    # On day 300 ten of 30 disagree, p = 0.07: samples with a few of them less can tell agreement to the end.
    rows = [
        (patient, day, patient % 2, 1 - patient % 2 if day == 300 and patient < 10 else patient % 2)
        for patient in range(30)
        for day in (10, 30, 90, 300)
    ]
    curve, found = reliability(pairs(rows), replace(QUICK, days=10_000))
    one = found[KEY]
    # Day 164 is the last nearer in ratio to 90 than to 300.
    assert one.estimate == 164
    assert (one.ci_high, curve.days[-1]) == (None, 300)
    assert one.ci_low is not None
    assert one.note.endswith(
        "the interval is open above: it reaches beyond the last day of the curve, day 300"
    )


def test_agreement_to_the_last_day_names_it():
    found = reliability(pairs(until(300)), QUICK)[1][KEY]
    assert (found.estimate, found.n, found.unit, found.exploratory) == (None, 10, "days", True)
    assert found.reason == "agreement can be told from chance to the last day of the curve, day 300"
    assert found.method.startswith("last day after infusion on which agreement")


def test_no_curve_still_says_how_it_would_be_made():
    curve, found = reliability(pairs([]), QUICK)
    assert (curve.level, curve.factor, curve.method) == (
        0.95, 2, "window from t / 2 to t x 2 days, one pair a patient",
    )  # fmt: skip
    assert (found[KEY].n, found[KEY].estimate, found[KEY].unit) == (0, None, "days")
    assert curve.reason == "on no day 3 patients with both markers after infusion"


def test_fishers_test_by_its_name():
    assert fisher_name(200) == fisher_name(8) == "Fisher's exact test, one-sided"
    assert fisher_name(201) == "normal approximation of Fisher's test, one-sided"
    assert fisher_name(8, 7) == fisher_name(201)


@pytest.mark.parametrize("shape", [(40, 20, 20, 40), (300, 100, 120, 480), (150, 150, 150, 150)])
def test_the_normal_approximation_is_close(shape):
    a, b, c, d = shape
    p, floor = fisher(np.array([shape], dtype=float), 100)
    exact = scipy_stats.fisher_exact([[a, b], [c, d]], alternative="greater").pvalue
    n, mean = sum(shape), (a + b) * (a + c) / sum(shape)
    spread = np.sqrt(mean * (c + d) * (b + d) / (n * (n - 1)))
    assert p[0] == pytest.approx(scipy_stats.norm.sf((a - 0.5 - mean) / spread))
    assert p[0] == pytest.approx(exact, rel=0.2, abs=1e-12)
    assert floor[0] <= p[0]


def test_an_interval_below_the_first_day_says_so():
    told = set()
    for seed in range(8):
        rng, rows = np.random.default_rng(seed), {}
        for patient in range(10):
            for day in (*rng.integers(1, 700, 5), rng.integers(10, 60)):
                first = int(rng.random() < 0.5)
                rows[patient, int(day)] = (first, first if day < 150 else int(rng.random() < 0.5))
        curve, found = reliability(pairs([(*at, *raised) for at, raised in rows.items()]), QUICK)
        day = found[KEY]
        if day.ci_low is not None:
            below = day.ci_low < curve.days[0]
            assert ("some resamples have no such day" in day.note) == below
            told.add(below)
    assert told == {True, False}
