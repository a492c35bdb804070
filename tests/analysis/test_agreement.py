"""Agreement of a study written by hand, against the formulas worked out by hand."""

from __future__ import annotations

import shutil

import pytest
from scipy import stats as scipy_stats

from poems_report import analyse, load_study

RAISED, NORMAL = {"vegf": 2000, "il6": 20}, {"vegf": 500, "il6": 2}
# Late, of P01 to P07: both raised in three, VEGF alone in one, IL-6 alone in one, neither in two.
LATE = [(1, 1), (1, 1), (1, 1), (1, 0), (0, 1), (0, 0), (0, 0)]
VISITS = [(f"P0{one}", 200, levels) for one, levels in enumerate(LATE, start=1)]
VISITS += [("P01", 50, (1, 1)), ("P02", 50, (1, 1)), ("P01", -5, (0, 0)), ("P08", 0, (0, 0))]


@pytest.fixture(scope="module")
def found(tmp_path_factory, root):
    folder = tmp_path_factory.mktemp("agreement") / "study"
    shutil.copytree(root / "data", folder)
    rows = [
        f"{patient},{day},{marker},{(RAISED if level else NORMAL)[marker]}"
        for patient, day, levels in VISITS
        for marker, level in zip(("vegf", "il6"), levels, strict=True)
    ]
    text = "patient_id,day,marker,value\n" + "\n".join(rows) + "\n"
    (folder / "measurements.csv").write_text(text, encoding="utf-8")
    for name in ("claims.yml", "events.csv"):
        (folder / name).unlink()
    return analyse(load_study(folder))


@pytest.mark.parametrize(("phase", "k", "n"), [("active", 2, 2), ("early", 2, 2), ("late", 5, 7)])
def test_observed_agreement(found, phase, k, n):
    one = found[f"agreement.{phase}"]
    exact = scipy_stats.binomtest(k, n).proportion_ci(method="exact")
    assert (one.estimate, one.n, one.level, one.exploratory) == (pytest.approx(k / n), n, 0.95, True)
    assert (one.ci_low, one.ci_high) == (pytest.approx(exact.low), pytest.approx(exact.high))
    assert one.method == (
        f"observed agreement, last visit of the {phase} phase, one pair a patient; exact interval (Clopper-Pearson)"
    )


def test_patients_concordant_in_every_phase(found):
    one = found["agreement.patients"]
    assert (one.estimate, one.n, one.exploratory) == (6 / 8, 8, False)
    assert one.method == "patients concordant in every phase; exact interval (Clopper-Pearson)"


def test_coefficients_by_their_formulas(found):
    # Raised shares 4/7 and 4/7. Kappa: chance 16/49 + 9/49. AC1: chance 2 x 4/7 x 3/7.
    expected = {
        "kappa": ("Cohen's kappa", (5 / 7 - 25 / 49) / (1 - 25 / 49)),
        "ac1": ("Gwet's AC1", (5 / 7 - 24 / 49) / (1 - 24 / 49)),
        "positive": ("positive agreement", 2 * 3 / (2 * 3 + 2)),
        "negative": ("negative agreement", 2 * 2 / (2 * 2 + 2)),
    }
    for name, (words, number) in expected.items():
        one = found[f"agreement.late.{name}"]
        assert (one.estimate, one.n, one.exploratory) == (pytest.approx(number), 7, True)
        assert one.method == f"{words}, last visit of the late phase, one pair a patient"
        assert one.ci_low < one.estimate < one.ci_high
        assert (one.level, one.reason) == (0.95, "")
        assert (one.p is None) == (name != "kappa")
    # Given the margins 4 and 4 of 7: three or four in both.
    kappa = found["agreement.late.kappa"]
    assert kappa.p == pytest.approx((4 * 3 + 1) / 35)
    assert kappa.p_floor == pytest.approx(1 / 35)
    assert kappa.test == "Fisher's exact test, one-sided"


@pytest.mark.parametrize(
    ("phase", "name", "estimate", "reason"),
    [
        ("early", "kappa", None, "a margin is constant"),
        ("early", "ac1", 1, ""),
        ("early", "positive", 1, ""),
        ("early", "negative", None, "every level is raised"),
        ("active", "kappa", None, "a margin is constant"),
        ("active", "positive", None, "no level is raised"),
        ("active", "negative", 1, ""),
    ],
)
def test_what_alike_levels_cannot_tell(found, phase, name, estimate, reason):
    one = found[f"agreement.{phase}.{name}"]
    assert (one.estimate, one.reason, one.n) == (estimate, reason, 2)
    assert one.p is None
    if estimate is None:
        assert (one.ci_low, one.ci_high, one.level) == (None, None, None)


def test_without_pairs_every_coefficient_says_so(make_study):
    text = "patient_id,day,marker,value\nP01,-5,vegf,2000\n"
    found = analyse(load_study(make_study(measurements__csv=text, claims__yml=None)))
    for phase in ("active", "early", "late"):
        for name in ("", ".kappa", ".ac1", ".positive", ".negative"):
            one = found[f"agreement.{phase}{name}"]
            assert (one.estimate, one.n, one.exploratory) == (None, 0, True)
            assert one.reason == f"no patient with both markers in the {phase} phase"
            assert f"last visit of the {phase} phase, one pair a patient" in one.method
    one = found["agreement.patients"]
    assert (one.estimate, one.n, one.reason) == (None, 0, "no patient with both markers on one day")
