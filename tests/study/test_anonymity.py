from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poems_report.study.anonymity import (
    ATTRIBUTES,
    below,
    generalise,
    group_problems,
    groups,
    widen_age,
    widen_mprotein,
)


def patients(*rows):
    table = pd.DataFrame([dict(zip(ATTRIBUTES, row, strict=True)) for row in rows], columns=list(ATTRIBUTES))
    return table.astype(str)


def test_the_groups_of_the_illustrative_study_are_counted(study):
    # Counted by hand in data/patients.csv.
    found = {(one.sex, one.age_band, one.mprotein): one.size for one in groups(study.patients)}
    assert found == {
        ("male", "50-59", "IgA lambda"): 3,
        ("female", "40-49", "IgG lambda"): 1,
        ("male", "60-69", "IgA lambda"): 1,
        ("female", "50-59", "IgG lambda"): 1,
        ("male", "40-49", "IgA lambda"): 1,
        ("female", "60-69", "IgA lambda"): 1,
    }
    assert [one.size for one in below(study.patients, 3)] == [1] * 5


def test_groups_below_k_are_worded_for_the_reader(study):
    first = group_problems(study.patients, 2, "patients.csv")[0]
    assert str(first) == (
        "patients.csv:sex, age_band, mprotein: 'female, 40-49, IgG lambda': 1 patient with these; "
        "allowed: at least 2, or wider bands in what is shared"
    )


def test_fewest_steps_that_reach_k():
    table = patients(
        ("male", "40-49", "IgA lambda"),
        ("male", "40-49", "IgG lambda"),
        ("male", "60-69", "IgA lambda"),
        ("male", "60-69", "IgA lambda"),
    )
    found = generalise(table, 2)
    assert found.reached
    assert (found.age, found.mprotein) == ("as recorded", "light chain")
    assert found.patients["age_band"].tolist() == ["40-49", "40-49", "60-69", "60-69"]
    assert set(found.patients["mprotein"]) == {"lambda"}


def test_nothing_is_widened_where_nothing_need_be():
    table = patients(*[("male", "40-49", "IgA lambda")] * 5)
    found = generalise(table, 5)
    assert (found.age, found.mprotein, found.smallest) == ("as recorded", "as recorded", 5)


def test_too_few_of_one_sex_cannot_be_helped(study):
    found = generalise(study.patients, 5)
    assert not found.reached
    assert found.smallest == 3  # three of the eight are women
    assert str(found) == (
        "k = 5 cannot be reached: with all ages and any M-protein the smallest group by sex still holds 3"
    )


def test_no_patients_never_reach_k():
    assert not generalise(patients(), 1).reached


@pytest.mark.parametrize(
    ("band", "wider"),
    [
        ("50-59", "40-59"), ("60-69", "60-79"), ("40-44", "40-59"), ("55-64", "all"), ("80+", "80+"), (">=85", "80+"),
        (">90", "80+"), ("<40", "all"), ("adult", "all"), ("", ""), ("57", "all"), ("59-50", "all"),
    ],
)  # fmt: skip
def test_age_bands_widen(band, wider):
    assert (widen_age(band, 0), widen_age(band, 1), widen_age(band, 2)) == (band, wider, "all")


@pytest.mark.parametrize(
    ("protein", "wider"),
    [
        ("IgA lambda", "lambda"),
        ("Kappa light chains", "kappa"),
        ("IgG", "any"),
        ("kappa and lambda", "any"),
        ("", ""),
    ],
)
def test_mproteins_widen(protein, wider):
    assert [widen_mprotein(protein, step) for step in range(3)] == [protein, wider, "any"]


rows = st.tuples(
    st.sampled_from(["male", "female", ""]),
    st.sampled_from(["40-49", "50-59", "60-69", "80+", ""]),
    st.sampled_from(["IgA lambda", "IgG lambda", "IgG kappa", ""]),
)


@given(st.lists(rows, max_size=40), st.integers(1, 6))
def test_a_generalised_table_holds_what_it_promises(listed, k):
    found = generalise(patients(*listed), k)
    shared = Counter(found.patients[list(ATTRIBUTES)].itertuples(index=False, name=None))
    by_sex = Counter(row[0] for row in listed)
    assert found.reached == (bool(listed) and min(by_sex.values()) >= k)
    if found.reached:
        assert min(shared.values()) >= k
    assert found.patients["sex"].tolist() == [row[0] for row in listed]
