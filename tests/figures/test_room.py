"""Words that are cut or lie on another, in drawings made to be wrong."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from poems_report.figures.room import crowded


@pytest.fixture
def art() -> Figure:
    """100 mm square; a text of 10 pt is about 3.5 mm high."""
    return Figure(figsize=(100 / 25.4, 100 / 25.4), dpi=600)


def test_words_apart_have_room(art: Figure) -> None:
    art.text(0.1, 0.5, "left", fontsize=10)
    art.text(0.6, 0.5, "right", fontsize=10)
    assert crowded(art) == ()


def test_a_word_on_another_is_named(art: Figure) -> None:
    art.text(0.1, 0.5, "left", fontsize=10)
    art.text(0.12, 0.505, "right", fontsize=10)
    assert crowded(art) == ("'left' lies on 'right'",)


@pytest.mark.parametrize(("x", "y"), [(-0.01, 0.5), (0.97, 0.5), (0.5, -0.02), (0.5, 0.99)])
def test_a_word_beyond_the_edge_is_cut(art: Figure, x: float, y: float) -> None:
    art.text(x, y, "word", fontsize=10)
    assert crowded(art) == ("'word' is cut",)


def test_what_is_hidden_or_empty_needs_no_room(art: Figure) -> None:
    art.text(-0.5, 0.5, "hidden", visible=False)
    art.text(-0.5, 0.5, " ")
    assert crowded(art) == ()
