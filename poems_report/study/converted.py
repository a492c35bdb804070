"""Reported values in the marker's unit, row by row; a text is converted once however often it stands there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poems_report.study.config import StudyConfig
from poems_report.study.measurement import Values, split_limit
from poems_report.study.raw import Coded
from poems_report.study.units import exponent, shift

NO_POWER = 99
"""Stands for a unit from which nothing converts exactly."""


@dataclass(frozen=True)
class Numbers:
    """One entry a row.

    Attributes:
        value: in the marker's unit; the limit where censored, NaN where there is none.
        censored: -1 below the limit, 0 measured, +1 above it.
        codes: place of the row's text in `texts`.
        texts: the values as text in the marker's unit, each with its `<` or `>`.
    """

    value: np.ndarray
    censored: np.ndarray
    codes: np.ndarray
    texts: list[str]


def powers(unit: Coded, marker: np.ndarray, config: StudyConfig) -> np.ndarray:
    """The exponent of ten that takes each row's value to its marker's unit; `NO_POWER` where there is none.

    Args:
        unit: of the rows; empty where it is the marker's.
        marker: place of each row's marker in the settings, -1 where unknown.
        config: the settings of the study.
    """
    if unit.texts.to_pylist() == [""]:
        return np.zeros(len(unit.codes), dtype=np.int8)
    wanted = [one.unit for one in config.measured.values()]
    table = np.zeros((len(unit.texts), len(wanted) + 1), dtype=np.int8)
    for row, text in enumerate(unit.texts.to_pylist()):
        for place, name in enumerate(wanted):
            power = exponent(text, name) if text else 0
            table[row, place] = NO_POWER if power is None else power
    return table[unit.codes, marker] if len(table) else np.zeros(0, dtype=np.int8)


def convert(values: Values, codes: np.ndarray, power: np.ndarray) -> Numbers:
    """The values of all rows in the marker's unit.

    Args:
        values: of the distinct texts.
        codes: place of each row's text in them.
        power: as `powers` gives it.
    """
    texts = values.text.tolist()
    value = _spread(values.value, codes)
    own = np.array(codes, dtype=np.int32)
    if power.any():
        moved = np.flatnonzero((power != 0) & (power != NO_POWER) & ~np.isnan(value))
        pairs = own[moved].astype(np.int64) * 256 + power[moved]
        distinct, place = np.unique(pairs, return_inverse=True)
        shifted = [
            _shifted(texts[(pair + 128) // 256], (pair + 128) % 256 - 128) for pair in distinct.tolist()
        ]
        value[moved] = np.array([number for _, number in shifted])[place]
        own[moved] = len(texts) + place
        texts += [text for text, _ in shifted]
    return Numbers(value, _spread(values.censored, codes), own, texts)


def with_lower_limits(
    numbers: Numbers, undetected: np.ndarray, marker: np.ndarray, config: StudyConfig
) -> Numbers:
    """Values that were not detected, as below the lower limit of their marker's assay.

    Args:
        numbers: as converted.
        undetected: the rows.
        marker: place of each row's marker in the settings.
        config: the settings of the study; every marker concerned has a lower limit.
    """
    if not undetected.any():
        return numbers
    texts = list(numbers.texts)
    value, censored, codes = numbers.value.copy(), numbers.censored.copy(), numbers.codes.copy()
    for place, one in enumerate(config.measured.values()):
        rows = undetected & (marker == place)
        if one.detection.lower is not None and rows.any():
            value[rows], censored[rows], codes[rows] = one.detection.lower, -1, len(texts)
            texts.append(f"<{one.detection.lower:.15g}")
    return Numbers(value, censored, codes, texts)


def _shifted(text: str, power: int) -> tuple[str, float]:
    sign, number = split_limit(text)
    moved = shift(number, power)
    return f"{sign}{moved}", float(moved)


def _spread(by_text: np.ndarray, codes: np.ndarray) -> np.ndarray:
    return by_text[codes] if len(by_text) else by_text[:0].copy()
