"""Which p values belong together: that of the primary question stays as it is, all others are one family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from poems_report.analysis.results import Result
from poems_report.study.config import StudyConfig

PRIMARY, OTHERS = "primary", "others"


def primary_key(config: StudyConfig) -> str:
    """The key of the primary question: do the compared markers move together within patients.

    Without a second marker: does the one marker change from before infusion to the day after.
    """
    if config.pair is None:
        return f"day_after.{next(iter(config.markers))}.log2"
    return f"within.{'_'.join(config.pair)}.r"


def with_families(results: Mapping[str, Result], primary: str) -> dict[str, Result]:
    """The same results; each p value knows its family and how large that is, each but the primary its adjusted p.

    The p value of the one primary question is given as it is. All others, exploratory or not, make one family and
    are adjusted for its size by Holm (1979) and by Benjamini and Hochberg (1995); a result without p value is not
    in it.
    """
    from poems_report.stats import benjamini_hochberg, holm

    found = dict(results)
    tested = {key: one.p for key, one in results.items() if one.p is not None}
    if tested.pop(primary, None) is not None:
        found[primary] = replace(found[primary], family=PRIMARY, family_size=1)
    given = list(tested.values())
    for key, one, other in zip(tested, holm(given), benjamini_hochberg(given), strict=True):
        found[key] = replace(
            found[key], family=OTHERS, family_size=len(tested), p_holm=float(one), p_bh=float(other)
        )
    return found
