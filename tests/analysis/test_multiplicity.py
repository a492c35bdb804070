"""Families of p values against statsmodels; the mixed model and the test of kappa among the results."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats as scipy_stats
from statsmodels.stats.multitest import multipletests

from poems_report import analyse, load_study
from poems_report.analysis import Result
from poems_report.analysis.association import mixed_results
from poems_report.analysis.multiplicity import with_families
from tests.analysis.made import pairs


def _tested(results, family):
    return {key: one for key, one in results.results.items() if one.p is not None and one.family == family}


def test_one_primary_p_as_it_is_and_all_others_adjusted(results):
    primary, others = _tested(results, "primary"), _tested(results, "others")
    assert set(primary) == {"within.vegf_il6.r"}
    assert set(others) | set(primary) == {key for key, one in results.results.items() if one.p is not None}
    (only,) = primary.values()
    assert (only.family_size, only.p_holm, only.p_bh, only.exploratory) == (1, None, None, False)
    assert {one.family_size for one in others.values()} == {len(others)}
    given = [one.p for one in others.values()]
    for method, field in (("holm", "p_holm"), ("fdr_bh", "p_bh")):
        expected = multipletests(given, method=method)[1]
        assert [getattr(one, field) for one in others.values()] == pytest.approx(list(expected))


def test_phases_and_landmarks_are_exploratory_and_the_rest_is_not(results):
    others = _tested(results, "others")
    explored = {key for key, one in others.items() if one.exploratory}
    assert {f"phase.{phase}.vegf_il6.tau" for phase in ("active", "early", "late")} <= explored
    assert {"agreement.early.kappa", "agreement.late.kappa", "change.m6.vegf.log2"} <= explored
    assert set(others) - explored == {
        "day_after.vegf.log2", "day_after.il6.log2", "between.vegf_il6.r", "between.vegf_il6.rho",
        "mixed.vegf_il6.within", "mixed.vegf_il6.between",
    }  # fmt: skip


def test_without_p_there_is_no_family():
    plain = {"a.n": Result(3, "count", n=3)}
    assert with_families(plain, "a.n") == plain


@pytest.mark.parametrize("phase", ["early", "late"])
def test_kappa_has_the_p_of_fishers_test(study, results, phase):
    told = [one for patient in results.patients.values() for one in patient.pairs if one.phase == phase]
    table = np.zeros((2, 2), dtype=int)
    for one in told:
        table[1 - one.reference_raised, 1 - one.candidate_raised] += 1
    kappa = results[f"agreement.{phase}.kappa"]
    assert kappa.p == pytest.approx(scipy_stats.fisher_exact(table, alternative="greater").pvalue)
    assert kappa.n == len(told)
    assert kappa.p_floor <= kappa.p


def test_intervals_of_few_pairs_carry_a_caution(results):
    late = results["agreement.late.kappa"]
    assert late.cautions == results["agreement.late.ac1"].cautions == ("few_pairs",)
    assert late.ci_low < late.estimate < late.ci_high
    # Negative agreement has an exact interval: nothing to warn of.
    assert results["agreement.late.negative"].ci_low is not None
    assert results["agreement.late.negative"].cautions == ()
    assert results["agreement.early.kappa"].cautions == ()


def test_the_mixed_model_is_that_of_statsmodels(study, results):
    rows = study.measurements.dropna(subset=["value"])
    wide = rows.pivot_table(index=["patient_id", "day"], columns="marker", values="value").dropna()
    y, x = np.log2(wide["il6"]), np.log2(wide["vegf"])
    who = wide.index.get_level_values("patient_id")
    own = x.groupby(who).transform("mean")
    design = np.column_stack([np.ones(len(x)), x - own, own])
    fitted = sm.MixedLM(y.to_numpy(), design, groups=who.to_numpy()).fit(reml=True)
    for place, at in (("within", 1), ("between", 2)):
        one = results[f"mixed.vegf_il6.{place}"]
        assert one.estimate == pytest.approx(fitted.fe_params[at], rel=1e-4)
        assert (one.n, one.observations) == (8, len(x))
        assert one.cautions == ()


def test_a_singular_fit_and_few_degrees_of_freedom_are_said(study):
    # Patients' means lie on one line but for the noise of their visits: nothing is left between patients.
    rng = np.random.default_rng(3)
    rows = [(who, day, 1, 1) for who in range(4) for day in (1, 2)]
    made = pairs(rows)
    x = np.exp2(np.repeat([1.0, 2.0, 3.0, 4.0], 2) + rng.normal(0, 0.5, 8))
    noise = np.tile([0.4, -0.4], 4)
    made = replace(made, reference=x, candidate=np.exp2(np.log2(x) + noise))
    found = mixed_results(made, study.config)
    assert found["mixed.vegf_il6.between"].cautions == ("singular", "few_df")
    assert found["mixed.vegf_il6.within"].cautions[0] == "singular"


def test_too_few_patients_give_a_reason(study):
    found = mixed_results(pairs([(0, 1, 1, 1), (1, 2, 1, 0)]), study.config)
    assert {one.estimate for one in found.values()} == {None}
    assert all("3 are needed" in one.reason and one.p is None for one in found.values())


def test_one_marker_has_no_mixed_model(make_study, root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    alone = text[: text.index("  il6:\n")].replace("compared: {reference: vegf, candidate: il6}", "")
    files = {"measurements__csv": "patient_id,day,marker,value\nP01,1,vegf,100\n", "claims__yml": None}
    found = analyse(load_study(make_study(study__yml=alone, **files)))
    assert not [key for key in found.results if key.startswith("mixed.")]
