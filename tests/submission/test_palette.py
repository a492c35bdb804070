"""Colours of the markers against the limit that finished figures are checked with."""

from __future__ import annotations

from itertools import combinations

import pytest

from poems_report import theme
from poems_report.submission.checking.ruling import own_limits
from poems_report.submission.vision import CONES, GREY, chroma, distance


def _colour(name: str) -> tuple[int, int, int]:
    return int(name[1:3], 16), int(name[3:5], 16), int(name[5:7], 16)


@pytest.mark.parametrize("seen", ["", *CONES, GREY])
def test_colours_of_markers_stay_apart(seen: str) -> None:
    stated = own_limits()["colour_distance"]
    meant = [
        colour for stroke in theme.STROKES if chroma(colour := _colour(stroke.colour)) >= stated["chroma"]
    ]
    assert len(meant) == 5
    for one, other in combinations(meant, 2):
        assert distance(one, other, seen) >= stated["least"]


def test_shape_or_dash_differs_where_colour_does_not_help() -> None:
    for one, other in combinations(theme.STROKES, 2):
        assert (one.point, one.dash) != (other.point, other.dash)
        assert one.dash != other.dash
