"""Figures joined as panels: where the letters stand, that nothing is scaled, what the whole says."""

from __future__ import annotations

import pytest
from matplotlib.text import Text

from poems_report.errors import UsageError
from poems_report.figures import figure_or_reason
from poems_report.figures.composite import Composite, compose, composite_of, composites
from poems_report.figures.files import drawn
from poems_report.figures.room import crowded
from poems_report.figures.theme import Lettering, lettered

MAIN = Composite("main", ("day_after", "association", "reliability"))
FOUR = Composite("four", ("agreement", "association", "day_after", "reliability"))


@pytest.fixture(scope="module")
def make(study, results):
    return lambda name, width: figure_or_reason(name, study, results, width)


def _letters(art) -> list[Text]:
    return list(art.texts)


@pytest.mark.parametrize("width_mm", [85.0, 170.0])
def test_letters_stand_at_the_left_above_their_panels(width_mm: float, make) -> None:
    with drawn(compose(MAIN, make, width_mm)) as art:
        assert crowded(art) == ()
        letters = _letters(art)
        assert [one.get_text() for one in letters] == ["a", "b", "c"]
        assert {one.get_fontsize() for one in letters} == {9.0}
        assert {one.get_weight() for one in letters} == {"bold"}
        left_edges = set()
        for letter, panel in zip(letters, art.subfigs, strict=True):
            box = letter.get_window_extent()
            left_edges.add(round(box.x0 / art.dpi * 25.4, 2))
            inside = [one.get_window_extent() for one in panel.axes]
            inside += [one.get_window_extent() for one in panel.findobj(Text) if one.get_text().strip()]
            left_of_axes = min(one.get_window_extent().x0 for one in panel.axes)
            assert box.x1 < left_of_axes
            assert box.y0 >= max(one.y1 for one in inside)
    assert left_edges == ({0.0} if width_mm == 85 else {0.0, 86.0})


def test_panels_have_the_size_that_they_have_alone(make) -> None:
    with drawn(compose(MAIN, make, 170.0)) as art:
        joined = [[_size_mm(one, art) for one in panel.axes] for panel in art.subfigs]
    alone = []
    for name, width_mm in (("day_after", 170.0), ("association", 84.0), ("reliability", 84.0)):
        with drawn(make(name, width_mm)) as art:
            alone.append([_size_mm(one, art) for one in art.axes])
    assert joined == alone


def _size_mm(axes, art) -> tuple[float, float]:
    box = axes.get_window_extent()
    return round(box.width / art.dpi * 25.4, 1), round(box.height / art.dpi * 25.4, 1)


def test_an_even_number_stands_in_two_columns_an_odd_one_under_the_first(make) -> None:
    assert _corners(compose(FOUR, make, 170.0)) == [(0, 1), (1, 1), (0, 0), (1, 0)]
    assert _corners(compose(MAIN, make, 170.0)) == [(0, 1), (0, 0), (1, 0)]
    assert _corners(compose(MAIN, make, 120.0)) == [(0, 2), (0, 1), (0, 0)]


def _corners(figure) -> list[tuple[int, int]]:
    """Column from the left and row from below of each letter."""
    with drawn(figure) as art:
        places = [one.get_position() for one in _letters(art)]
    columns, rows = (sorted({round(place[axis], 4) for place in places}) for axis in (0, 1))
    return [(columns.index(round(x, 4)), rows.index(round(y, 4))) for x, y in places]


def test_letters_are_those_that_are_asked_for(make) -> None:
    style = Lettering(panel_pt=10, panel_upper=True, panel_bold=False, panel_brackets=True)
    with lettered(style):
        figure = compose(MAIN, make, 170.0)
        with drawn(figure) as art:
            letters = _letters(art)
            assert [one.get_text() for one in letters] == ["(A)", "(B)", "(C)"]
            assert {(one.get_fontsize(), one.get_weight()) for one in letters} == {(10.0, "normal")}
    assert figure.caption.startswith("(A) ")


def test_one_legend_names_the_panels_and_says_once_that_data_are_illustrative(make) -> None:
    figure = compose(MAIN, make, 170.0)
    alone = [make(name, 170.0) for name in MAIN.panels]
    for letter, one in zip("abc", alone, strict=True):
        said = one.caption.removesuffix("Illustrative data.").rstrip()
        assert f"({letter}) {said}" in figure.caption
        assert f"Panel {letter}: {one.alt.removesuffix('Illustrative data.').rstrip()}" in figure.alt
    assert figure.caption.count("Illustrative data.") == figure.alt.count("Illustrative data.") == 1
    assert [letter for letter, _ in figure.panels] == ["a", "b", "c"]
    with drawn(figure) as art:
        shown = [one for one in art.findobj(Text) if one.get_visible()]
    assert [one.get_text() for one in shown].count("Illustrative data") == 1


def test_the_data_of_every_panel_are_kept(make) -> None:
    figure = compose(MAIN, make, 170.0)
    for letter, one in figure.panels:
        own = figure.data.loc[letter]
        assert len(own) == len(one.data)
        assert own[one.data.columns].equals(one.data.astype(own[one.data.columns].dtypes))


def test_the_usual_composite_joins_known_figures() -> None:
    assert [composite_of(f"{one.name}={','.join(one.panels)}") for one in composites()] == list(composites())
    assert MAIN in composites()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("main", "two or more"),
        ("main=day_after", "two or more"),
        ("main=day_after,day_after", "two or more"),
        ("main=day_after,survival", "no figure survival"),
        ("agreement=day_after,association", "none of trajectories"),
        ("../main=day_after,association", "small letters"),
        ("=day_after,association", "small letters"),
    ],
)
def test_a_composite_that_cannot_be_is_named(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        composite_of(text)
