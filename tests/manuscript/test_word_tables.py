"""Tables of the Word file fill the text's width, and their columns follow their words."""

from __future__ import annotations

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poems_report.manuscript.word_tables import column_widths, shape_tables

LONG = "a sentence that goes on for a while and would need many lines in a narrow column " * 2


def test_long_texts_get_the_room_that_short_ones_do_not_need() -> None:
    first, second, third = column_widths([["id", "n", "what"], ["P01", "7", LONG], ["P02", "12", LONG]], 9000)
    assert third > 4 * first
    assert first > 3 * 84
    assert second < first


def test_a_space_that_does_not_break_is_no_place_to_break() -> None:
    rows = [["0.71\u00a0to\u00a00.95", LONG], ["0.71 to 0.95", LONG]]
    first, _ = column_widths(rows, 9000)
    narrow, _ = column_widths([rows[1], rows[1]], 9000)
    assert first > narrow
    assert first >= len("0.71 to 0.95") * 84


def test_equal_columns_share_equally() -> None:
    widths = column_widths([["abc def", "abc def"]] * 3, 9000)
    assert max(widths) - min(widths) < 200


@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(st.lists(st.text(max_size=60), min_size=n, max_size=n), min_size=1, max_size=5)
    ),
    st.integers(1000, 12000),
)
def test_widths_are_positive_and_fill_the_whole(rows: list[list[str]], width: int) -> None:
    widths = column_widths(rows, width)
    assert sum(widths) == width
    assert min(widths) > 0


@pytest.mark.parametrize("styled", [True, False])
def test_a_file_with_a_cell_that_spans(styled: bool) -> None:
    document = docx.Document()
    if styled:
        document.styles.add_style("Table Text", 1)
    table = document.add_table(3, 3)
    for n, text in enumerate(["id", "n", LONG]):
        table.cell(1, n).text = text
    table.cell(0, 0).merge(table.cell(0, 1)).text = "both"
    shape_tables(document)
    assert table.cell(1, 0).text == "id"
    section = document.sections[0]
    text_width = section.page_width - section.left_margin - section.right_margin
    grid = [column.width for column in table.columns]
    assert sum(grid) == pytest.approx(text_width, abs=635)
    assert table.cell(0, 0).width == pytest.approx(grid[0] + grid[1], abs=635)
    assert table.cell(1, 2).width == grid[2] > grid[0] + grid[1]
    assert {p.style.name for p in table.cell(1, 2).paragraphs} == {"Table Text" if styled else "Normal"}


def test_a_hyphen_is_a_place_to_break_and_a_minus_is_none() -> None:
    hyphen, minus = ([[word, LONG]] * 2 for word in ("Benjamini-Hochberg", "-2.71828182845904"))
    assert column_widths(hyphen, 5000)[0] < column_widths(minus, 5000)[0]
