"""p values adjusted for the number of questions asked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from poems_report.stats._inputs import FloatArray, floats


def holm(p: ArrayLike) -> FloatArray:
    """Return p values adjusted by Holm's step-down method (Holm 1979), in the order given.

    It holds the chance of any false positive in the family, whatever the dependence.

    Raises:
        ValueError: anything but numbers from 0 to 1. A test that is not estimable has no p value and does
            not belong in the family: leave it out.
    """
    given = _checked(p)
    n = len(given)
    order = np.argsort(given, kind="stable")
    stepped = np.maximum.accumulate(given[order] * np.arange(n, 0, -1))
    return _restored(stepped, order)


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """Return p values adjusted by Benjamini and Hochberg's step-up method (1995), in the order given.

    It holds the expected share of false positives among the positives, for independent or positively
    dependent tests.

    Raises:
        ValueError: as for `holm`.
    """
    given = _checked(p)
    n = len(given)
    order = np.argsort(given, kind="stable")
    scaled = given[order] * n / np.arange(1, n + 1)
    stepped = np.minimum.accumulate(scaled[::-1])[::-1]
    return _restored(stepped, order)


def _checked(p: ArrayLike) -> FloatArray:
    given = floats("p", p)
    if not np.all((given >= 0.0) & (given <= 1.0)):
        raise ValueError("p values must lie between 0 and 1; leave out tests that are not estimable")
    return given


def _restored(stepped: FloatArray, order: np.ndarray[tuple[int], np.dtype[np.intp]]) -> FloatArray:
    adjusted = np.empty_like(stepped)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
