"""How many patients share the attributes that could single one out, and how to widen them until enough do.

k-anonymity (Sweeney, Int J Uncertain Fuzz 2002;10:557): every combination of the attributes that a reader may know
otherwise is shared by at least k patients. Here these are sex, age band and M-protein. Two of them can be widened
in two steps each: the age band to 20 years, then to all ages; the M-protein to its light chain, then to any.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from poems_report.errors import Problem

if TYPE_CHECKING:
    import pandas as pd

ATTRIBUTES = ("sex", "age_band", "mprotein")
AGE_STEPS = ("as recorded", "20-year bands", "all ages")
MPROTEIN_STEPS = ("as recorded", "light chain", "any")
ALL, ANY = "all", "any"

_BAND = re.compile(r"(\d{1,3})\s*-\s*(\d{1,3})")
_OPEN_BAND = re.compile(r"(?:(?P<sign><|<=|>|>=)\s*)?(?P<age>\d{1,3})(?P<plus>\+)?")
_WIDTH = 20


@dataclass(frozen=True)
class Group:
    """Patients who share sex, age band and M-protein; empty text where one was not recorded."""

    sex: str
    age_band: str
    mprotein: str
    size: int


@dataclass(frozen=True, eq=False)
class Generalised:
    """Patients with wider age bands and M-proteins.

    Attributes:
        patients: the table with `age_band` and `mprotein` replaced; the widest step where k was not reached.
        age: how far the age band was widened, one of `AGE_STEPS`.
        mprotein: how far the M-protein was widened, one of `MPROTEIN_STEPS`.
        k: size that every group was to reach.
        smallest: size of the smallest group in `patients`, 0 without patients.
    """

    patients: pd.DataFrame
    age: str
    mprotein: str
    k: int
    smallest: int

    @property
    def reached(self) -> bool:
        """Whether every group holds at least k patients; if not, `patients` must not be shared."""
        return self.smallest >= self.k

    def __str__(self) -> str:
        if self.reached:
            return f"age {self.age}, M-protein {self.mprotein}: every group holds at least {self.k} patients"
        return (
            f"k = {self.k} cannot be reached: with all ages and any M-protein the smallest group by sex still "
            f"holds {self.smallest}"
        )


def groups(patients: pd.DataFrame) -> tuple[Group, ...]:
    """Every group that occurs, the smallest first, then by its values."""
    counted = Counter(zip(*(patients[name].astype(str) for name in ATTRIBUTES), strict=True))
    found = [Group(sex, age, protein, size) for (sex, age, protein), size in counted.items()]
    return tuple(sorted(found, key=lambda one: (one.size, one.sex, one.age_band, one.mprotein)))


def below(patients: pd.DataFrame, k: int) -> tuple[Group, ...]:
    """The groups with fewer than k patients."""
    return tuple(one for one in groups(patients) if one.size < k)


def group_problems(patients: pd.DataFrame, k: int, file: str) -> list[Problem]:
    """The groups below k in the words of the other checks; a list for the reader, no reason to refuse a study."""
    return [
        Problem(
            file,
            0,
            ", ".join(ATTRIBUTES),
            ", ".join(value or "not recorded" for value in (one.sex, one.age_band, one.mprotein)),
            f"{one.size} patient{'s' if one.size > 1 else ''} with these",
            f"at least {k}, or wider bands in what is shared",
        )
        for one in below(patients, k)
    ]


def generalise(patients: pd.DataFrame, k: int) -> Generalised:
    """Widen age band and M-protein by the fewest steps that bring every group to k patients.

    Among equally many steps the one that keeps most groups apart is taken, then the one that widens the M-protein
    before the age. Sex is kept. Where even the widest step leaves a group below k, `reached` is false.
    """
    tried = [_widened(patients, k, *steps) for steps in product(range(3), range(3))]
    fits = [one for one in tried if one.reached]
    if not fits:
        return tried[-1]
    return min(
        fits,
        key=lambda one: (
            AGE_STEPS.index(one.age) + MPROTEIN_STEPS.index(one.mprotein),
            -len(groups(one.patients)),
            AGE_STEPS.index(one.age),
        ),
    )


def _widened(patients: pd.DataFrame, k: int, age: int, mprotein: int) -> Generalised:
    widened = patients.assign(
        age_band=patients["age_band"].map(lambda text: widen_age(str(text), age)),
        mprotein=patients["mprotein"].map(lambda text: widen_mprotein(str(text), mprotein)),
    )
    found = groups(widened)
    return Generalised(widened, AGE_STEPS[age], MPROTEIN_STEPS[mprotein], k, found[0].size if found else 0)


def widen_age(band: str, step: int) -> str:
    """An age band after so many steps of `AGE_STEPS`; what is no band of years within one of 20 becomes `all`.

    `50-59` becomes `40-59`, `>=80` and `80+` become `80+`: an open band reaches at most as far as it did.
    """
    if step == 0 or not band:
        return band if step < 2 else ALL
    found, opened = _BAND.fullmatch(band.strip()), _OPEN_BAND.fullmatch(band.strip())
    if step == 1 and found:
        first, last = int(found[1]), int(found[2])
        start = first // _WIDTH * _WIDTH
        return f"{start}-{start + _WIDTH - 1}" if first <= last < start + _WIDTH else ALL
    if (
        step == 1
        and opened
        and not (opened["sign"] or "").startswith("<")
        and (opened["sign"] or opened["plus"])
    ):
        return f"{int(opened['age']) // _WIDTH * _WIDTH}+"
    return ALL


def widen_mprotein(protein: str, step: int) -> str:
    """An M-protein after so many steps of `MPROTEIN_STEPS`; one without a named light chain becomes `any`."""
    if step == 0 or not protein:
        return protein if step < 2 else ANY
    chains = [chain for chain in ("kappa", "lambda") if chain in protein.lower()]
    return chains[0] if step == 1 and len(chains) == 1 else ANY
