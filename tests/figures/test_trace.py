"""What a drawn figure consists of, in points, from drawings whose parts are known."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from poems_report.figures.trace import trace


@pytest.fixture
def art() -> Figure:
    """200 by 100 points."""
    return Figure(figsize=(200 / 72, 100 / 72), dpi=300, facecolor="none")


def test_a_line_and_an_area_in_points_from_above(art: Figure) -> None:
    art.add_artist(Line2D([0.1, 0.5], [0.25, 0.75], linewidth=0.8, color="#0b5fa5", dashes=(5, 2.5)))
    art.add_artist(Rectangle((0.5, 0.5), 0.25, 0.25, facecolor="#eef2f6", edgecolor="none"))
    found = trace(art)
    assert (found.width_pt, found.height_pt) == pytest.approx((200, 100))
    area, line = sorted(found.shapes, key=lambda one: one.fill is None)
    assert (line.stroke, line.width_pt, line.fill) == ("#0b5fa5", 0.8, None)
    assert line.outline.vertices.tolist() == [pytest.approx([20, 75]), pytest.approx([100, 25])]
    assert line.dashes == pytest.approx((4.0, 2.0))
    assert (area.fill, area.stroke) == ("#eef2f6", None)
    box = area.outline.get_extents()
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((100, 25, 150, 50))
    assert found.line_widths == (0.8,)


def test_words_with_size_weight_and_base_line(art: Figure) -> None:
    art.text(
        0.5, 0.25, "day +1", fontsize=8, weight="bold", color="#1b2733", family="DejaVu Sans", va="baseline"
    )
    art.text(0.1, 0.1, "up", fontsize=7, rotation=90, family="DejaVu Sans")
    found = trace(art)
    word = next(one for one in found.words if one.text == "day +1")
    assert (word.size_pt, word.bold, word.colour, word.family) == (8, True, "#1b2733", "DejaVu Sans")
    assert (word.x, word.y) == pytest.approx((100, 75), abs=0.6)
    assert {one.angle for one in found.words} == {0, 90}
    assert found.text_sizes == (7, 8)
    assert found.families == ("DejaVu Sans",)
