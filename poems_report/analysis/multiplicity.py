"""Which p values belong together: the main ones stay as they are, the exploratory ones are adjusted as one family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from poems_report.analysis.results import Result

MAIN, EXPLORATORY = "main", "exploratory"


def with_families(results: Mapping[str, Result]) -> dict[str, Result]:
    """The same results; each p value knows its family and how large that is, each exploratory one its adjusted p.

    A main p value answers a question that the study asked beforehand and is given as it is. All exploratory p values
    make one family and are adjusted for its size by Holm (1979) and by Benjamini and Hochberg (1995); a result
    without p value is not in it.
    """
    from poems_report.stats import benjamini_hochberg, holm

    members: dict[str, dict[str, float]] = {MAIN: {}, EXPLORATORY: {}}
    for key, one in results.items():
        if one.p is not None:
            members[EXPLORATORY if one.exploratory else MAIN][key] = one.p
    found = dict(results)
    for family, tested in members.items():
        for key in tested:
            found[key] = replace(found[key], family=family, family_size=len(tested))
    tested = members[EXPLORATORY]
    given = list(tested.values())
    for key, one, other in zip(tested, holm(given), benjamini_hochberg(given), strict=True):
        found[key] = replace(found[key], p_holm=float(one), p_bh=float(other))
    return found
