from __future__ import annotations

import pytest

from poems_report.study.raw import PIECE, Coded


@pytest.mark.parametrize("rows", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_a_constant_column_has_its_text_in_every_row(rows):
    column = Coded.constant("serum", rows).series()
    assert len(column) == rows
    assert column.dtype == "str"
    assert column.tolist() == ["serum"] * rows
