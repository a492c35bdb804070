"""Agreement of two readings in categories, beyond and including chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from poems_report.stats._inputs import ROUNDING, FloatArray, as_list, check_lengths, check_level, is_missing
from poems_report.stats.proportions import clopper_pearson

Interval = tuple[float, float]

# Below so many pairs the intervals of kappa and AC1 fall short of their level (coverage.json).
FEW_PAIRS = 100


@dataclass(frozen=True)
class Agreement:
    """Result of `agreement`; what is not estimable is None, and `reason` says why.

    Attributes:
        n: pairs used.
        agreeing: pairs in the same category.
        observed: share of them.
        observed_ci: its exact (Clopper-Pearson) interval.
        kappa: Cohen's kappa; None if either reading always gives the same category.
        kappa_se: its large-sample standard error.
        kappa_ci: kappa plus and minus t (n - 1 degrees of freedom) standard errors, within -1 to 1.
        ac1: Gwet's AC1.
        ac1_se: its large-sample standard error.
        ac1_ci: its interval, as for kappa.
        positive: with two categories, agreement on the positive one: 2a / (2a + b + c).
        positive_ci: its exact interval, given the number of pairs with a positive reading.
        negative: agreement on the other category.
        negative_ci: its exact interval, given the number of pairs with a negative reading.
        positive_label: the category taken as positive.
        labels: categories, in the order of the table.
        table: counts; row: category of the first reading, column: of the second.
        level: level of the intervals.
        dropped: pairs left out because a reading is missing.
        method: the methods in words.
        reason: why something is not estimable, one reason after another.
        caution: a warning to print with the intervals of kappa and AC1 (fewer than 100 pairs).
    """

    n: int
    agreeing: int
    observed: float | None
    observed_ci: Interval | None
    kappa: float | None
    kappa_se: float | None
    kappa_ci: Interval | None
    ac1: float | None
    ac1_se: float | None
    ac1_ci: Interval | None
    positive: float | None
    positive_ci: Interval | None
    negative: float | None
    negative_ci: Interval | None
    positive_label: Hashable | None
    labels: tuple[Hashable, ...]
    table: tuple[tuple[int, ...], ...]
    level: float
    dropped: int
    method: str
    reason: str | None = None
    caution: str | None = None


def agreement(
    a: Iterable[Hashable],
    b: Iterable[Hashable],
    categories: Sequence[Hashable] | None = None,
    positive: Hashable | None = None,
    level: float = 0.95,
) -> Agreement:
    """Compare two readings of the same things, pair by pair.

    Kappa after Cohen (1960) with the standard error of Fleiss, Cohen & Everitt (1969); AC1 and its
    standard error after Gwet (2008); positive and negative agreement after Cicchetti & Feinstein (1990).

    The intervals of kappa and AC1 rest on large samples and cover less than they say in small ones: in
    simulated studies with readings mostly positive, kappa's of 95% covered 79% at 8 pairs, 90% at 20, 91% at
    50 and 93% at 100, AC1's 90% to 94% from 20 pairs on (`benchmarks/coverage.py`); and there is none at all
    where every pair agrees. The other intervals are exact at any size and cover more than they say.

    Args:
        a: category of each pair in the first reading; a pair with a missing reading is dropped.
        b: category in the second reading.
        categories: all categories that could have occurred; by default those that did and `positive`,
            and both of True and False where all readings are one of these.
        positive: which of two categories is the positive one; by default True, 1 or the larger number,
            "+", or the last in alphabetical order ("yes" of "no" and "yes").
        level: level of the intervals.

    Raises:
        ValueError: lengths that differ, a reading that is not among `categories`, categories given twice,
            a positive category that is none of them, a level outside 0 to 1.
    """
    check_level(level)
    first, second = as_list("a", a), as_list("b", b)
    check_lengths(a=len(first), b=len(second))
    counts = Counter(zip(first, second, strict=True))
    for pair in [pair for pair in counts if is_missing(pair[0]) or is_missing(pair[1])]:
        del counts[pair]
    seen = {label for pair in counts for label in pair}
    labels = _labels(seen if positive is None else seen | {positive}, categories)
    table = tuple(tuple(counts[row, column] for column in labels) for row in labels)
    n, agreeing = counts.total(), sum(counts[label, label] for label in labels)

    reasons: list[str] = []
    if n == 0:
        reasons.append("not estimable: no pair")
    share = np.array(table, dtype=np.float64).reshape(len(labels), len(labels)) / max(n, 1)
    kappa = kappa_se = ac1 = ac1_se = None
    if n:
        if np.count_nonzero(share.sum(axis=1)) < 2 or np.count_nonzero(share.sum(axis=0)) < 2:
            reasons.append("kappa not estimable: a reading always gives the same category")
        else:
            kappa, kappa_se = _kappa(share, n)
        if len(labels) < 2:
            reasons.append("AC1 not estimable: only one category")
        else:
            ac1, ac1_se = _ac1(share, n)

    kappa_ci, ac1_ci = _interval(kappa, kappa_se, n, level), _interval(ac1, ac1_se, n, level)
    if (kappa is not None and kappa_ci is None) or (ac1 is not None and ac1_ci is None):
        reasons.append(f"interval not estimable: {'one pair' if n == 1 else 'the standard error is 0'}")

    positive_label = None
    specific: list[tuple[float, Interval] | None] = [None, None]
    if len(labels) == 2:
        positive_label = _positive(labels) if positive is None else positive
        other = labels[0] if positive_label == labels[1] else labels[1]
        discordant = n - agreeing
        for place, label in enumerate((positive_label, other)):
            specific[place] = _specific(counts[label, label], discordant, level)
            if n and specific[place] is None:
                name = ("positive", "negative")[place]
                reasons.append(f"{name} agreement not estimable: no reading is {label}")
    positive_agreement, negative_agreement = specific
    return Agreement(
        n=n,
        agreeing=agreeing,
        observed=agreeing / n if n else None,
        observed_ci=clopper_pearson(agreeing, n, level) if n else None,
        kappa=kappa,
        kappa_se=kappa_se,
        kappa_ci=kappa_ci,
        ac1=ac1,
        ac1_se=ac1_se,
        ac1_ci=ac1_ci,
        positive=positive_agreement[0] if positive_agreement else None,
        positive_ci=positive_agreement[1] if positive_agreement else None,
        negative=negative_agreement[0] if negative_agreement else None,
        negative_ci=negative_agreement[1] if negative_agreement else None,
        positive_label=positive_label,
        labels=labels,
        table=table,
        level=level,
        dropped=len(first) - n,
        method="observed agreement (Clopper-Pearson interval), Cohen's kappa, Gwet's AC1",
        reason="; ".join(reasons) or None,
        caution=_caution(n) if kappa_ci or ac1_ci else None,
    )


def _caution(n: int) -> str | None:
    return f"few pairs ({n}): the intervals of kappa and AC1 are likely too narrow" if n < FEW_PAIRS else None


def _labels(seen: set[Any], categories: Sequence[Hashable] | None) -> tuple[Hashable, ...]:
    if categories is not None:
        labels = tuple(categories)
        if len(set(labels)) < len(labels):
            raise ValueError("categories must differ from each other")
        unknown = sorted(repr(label) for label in seen - set(labels))
        if unknown:
            raise ValueError(f"not among the categories: {', '.join(unknown)}")
        return labels
    if seen and all(isinstance(label, bool) for label in seen):
        return (False, True)
    try:
        return tuple(sorted(seen))
    except TypeError:
        return tuple(sorted(seen, key=repr))


def _positive(labels: tuple[Hashable, ...]) -> Hashable:
    if set(labels) == {"+", "-"}:
        return "+"
    try:
        return max(labels)  # type: ignore[type-var]
    except TypeError:
        return max(labels, key=repr)


def _kappa(share: FloatArray, n: int) -> tuple[float, float]:
    """Return kappa and its standard error; `share` is the table as proportions."""
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed, chance = float(np.trace(share)), float(rows @ columns)
    kappa = (observed - chance) / (1 - chance)
    half = (rows[np.newaxis, :] + columns[:, np.newaxis]) / 2
    first = float(np.diag(share) @ np.diag(half)) - observed * chance
    second = float((share * half**2).sum()) - chance**2
    return kappa, _standard_error(observed, chance, kappa, first, second, n)


def _ac1(share: FloatArray, n: int) -> tuple[float, float]:
    """Return AC1 and its standard error; `share` is the table as proportions."""
    mean = (share.sum(axis=1) + share.sum(axis=0)) / 2
    others = len(mean) - 1
    observed, chance = float(np.trace(share)), float(mean @ (1 - mean)) / others
    ac1 = (observed - chance) / (1 - chance)
    away = (1 - (mean[:, np.newaxis] + mean[np.newaxis, :]) / 2) / others
    first = float(np.diag(share) @ (1 - mean)) / others - observed * chance
    second = float((share * away**2).sum()) - chance**2
    return ac1, _standard_error(observed, chance, ac1, first, second, n)


def _standard_error(
    observed: float, chance: float, coefficient: float, first: float, second: float, n: int
) -> float:
    """Delta-method standard error common to kappa and AC1 (Gwet 2008, equations 14 and 18)."""
    gap = 1 - coefficient
    variance = observed * (1 - observed) - 4 * gap * first + 4 * gap**2 * second
    # Perfect agreement has variance 0, whatever rounding leaves of it.
    return 0.0 if variance < ROUNDING else sqrt(variance / n) / (1 - chance)


def _specific(both: int, discordant: int, level: float) -> tuple[float, Interval] | None:
    """Return agreement on one of two categories, and its interval.

    Given the pairs in which it occurs at all, those in which both readings give it are binomial; the
    agreement is a rising function, 2q / (1 + q), of their share q.
    """
    occurring = both + discordant
    if occurring == 0:
        return None
    low, high = clopper_pearson(both, occurring, level)
    return 2 * both / (both + occurring), (2 * low / (1 + low), 2 * high / (1 + high))


def _interval(estimate: float | None, error: float | None, n: int, level: float) -> Interval | None:
    from scipy.special import stdtrit

    if estimate is None or error is None or n < 2 or error == 0.0:
        return None
    half = float(stdtrit(n - 1, (1 + level) / 2)) * error
    return max(-1.0, estimate - half), min(1.0, estimate + half)
