"""Turning what callers pass into arrays, with one rule for missing and infinite values.

A missing value (None, NaN) removes its pair, and the pair is counted in `dropped`. An infinite value is no
measurement: the result is not estimable and says so. Lengths that differ, and text where numbers belong,
are mistakes of the caller and raise ValueError.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

# Deviations smaller than this share of the value are the rounding of decimal fractions, not variation.
ROUNDING = 1e-13

# A correlation of two points is 1 or -1 whatever they are, and says nothing.
FEWEST_POINTS = 3


def floats(name: str, values: ArrayLike) -> FloatArray:
    """Return `values` as a one-dimensional float array; None becomes NaN.

    Raises:
        ValueError: values that are no numbers, or not one-dimensional.
    """
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float64), np.nan)
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold numbers: {error}") from None
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, not {array.ndim}-dimensional")
    return array


def sides(name: str, values: ArrayLike | None, length: int, true: int | None = None) -> IntArray:
    """Return -1 (below its limit), 0 (measured) or 1 (above) for each of `length` observations.

    Args:
        name: of the argument, for the message.
        values: these codes, or booleans if `true` gives the code of true; None if nothing is censored.
        length: how many there must be.
        true: the code of true.

    Raises:
        ValueError: another length, or other codes.
    """
    if values is None:
        return np.zeros(length, dtype=np.int64)
    codes = floats(name, values)
    check_lengths(values=length, **{name: len(codes)})
    if _boolean(np.asarray(values)):
        codes = np.where(codes == 1.0, float("nan") if true is None else true, codes)
    if not np.isin(codes, (-1.0, 0.0, 1.0)).all():
        words = "" if true is None else "true or false, or "
        raise ValueError(f"{name} must hold {words}-1 (below), 0 (measured) or 1 (above) only")
    return codes.astype(np.int64)


def _boolean(values: NDArray[Any]) -> bool:
    objects = values.dtype == object and all(isinstance(value, bool | np.bool_) for value in values)
    return values.dtype == bool or objects


def check_lengths(**lengths: int) -> None:
    """Raise ValueError unless all lengths are the same."""
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"lengths differ: {shown}")


def check_level(level: float) -> None:
    """Raise ValueError unless `level` lies between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")


def check_option(name: str, value: str, allowed: Sequence[str]) -> None:
    """Raise ValueError unless `value` is one of `allowed`."""
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; not {value!r}")


def infinite(**arrays: FloatArray) -> str | None:
    """Return the reason "not estimable" if one of the named arrays holds an infinite value."""
    names = [name for name, array in arrays.items() if np.isinf(array).any()]
    return f"not estimable: infinite value in {' and '.join(names)}" if names else None


def is_missing(value: Any) -> bool:
    """Tell whether a category or a subject is missing: None, NaN, or pandas' NA."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124 - NaN alone differs from itself
    except (TypeError, ValueError):
        return True


def as_list(name: str, values: Iterable[Any]) -> list[Any]:
    """Return any sequence, array or column of single values as a list of plain Python values.

    Raises:
        ValueError: not a sequence, or one whose members are sequences themselves.
    """
    tolist = getattr(values, "tolist", None)
    try:
        items = list(tolist() if callable(tolist) else values)
        if any(issubclass(kind, np.generic) for kind in set(map(type, items))):
            items = [item.item() if isinstance(item, np.generic) else item for item in items]
        hash(tuple(items))
    except TypeError as error:
        raise ValueError(f"{name} must be a one-dimensional sequence: {error}") from None
    return items


def subject_codes(subject: Iterable[Any]) -> IntArray:
    """Number the subjects: the same number for the same subject, -1 for a missing one.

    The numbers run from 0 but may leave gaps.
    """
    array = subject if isinstance(subject, np.ndarray) else None
    if array is not None and array.dtype.kind in "iu" and array.size:
        low, high = int(array.min()), int(array.max())
        if high - low <= 4 * array.size + 1000:
            return (array - low).astype(np.int64)
    items = as_list("subject", subject)
    numbers: dict[Any, int] = {}
    codes = np.fromiter((numbers.setdefault(item, len(numbers)) for item in items), np.int64, len(items))
    absent = [number for item, number in numbers.items() if is_missing(item)]
    if absent:
        codes[np.isin(codes, absent)] = -1
    return codes


def unit_scale(values: FloatArray) -> FloatArray:
    """Divide by a power of two so that no value exceeds 1 in size: squares cannot overflow."""
    largest = float(np.max(np.abs(values), initial=0.0))
    return values if largest == 0.0 else np.ldexp(values, -int(np.frexp(largest)[1]))


def deviations(values: FloatArray) -> FloatArray | None:
    """Return the deviations from the mean, scaled to a largest size of 1; None if the values do not vary."""
    return group_deviations(values, np.zeros(len(values), dtype=np.int64), np.array([len(values)]))


def group_deviations(values: FloatArray, codes: IntArray, counts: IntArray) -> FloatArray | None:
    """Return the deviations from each group's own mean, scaled; None if no group's values vary.

    Args:
        values: one value per observation, finite.
        codes: the group of each observation, from 0.
        counts: how many observations each group has.
    """
    scaled = unit_scale(values)
    # Measuring from one value of the group keeps the deviations of equal values exactly zero.
    anchor = np.zeros(len(counts))
    anchor[codes] = scaled
    from_mean: FloatArray = scaled - anchor[codes]
    from_mean -= (np.bincount(codes, from_mean, len(counts)) / np.maximum(counts, 1))[codes]
    size = np.abs(from_mean)
    largest = size.max(initial=0.0)
    # No scaled value exceeds 1, so a deviation beyond the rounding of 1 settles it.
    if largest <= ROUNDING and bool(np.all(size <= ROUNDING * np.abs(scaled))):
        return None
    from_mean /= largest
    return from_mean


def doubled_midranks(values: ArrayLike) -> IntArray:
    """Return twice the midranks of the values: whole numbers, whatever the ties."""
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    doubled: IntArray = (2 * ends - counts + 1).astype(np.int64)
    return doubled[inverse]
