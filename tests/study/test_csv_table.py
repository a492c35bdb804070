from __future__ import annotations

import pytest

from poems_report.study.csv_table import MAX_LINE, read_csv
from poems_report.study.raw import Unreadable


@pytest.mark.parametrize("offset", [0, 1, 123_456, 499_999, 500_000])
def test_the_longest_line_that_is_read(offset):
    """Wherever the line begins."""
    before = b"a,b\n" + b"1,2\n" * (offset // 4)
    line = b"x" * (MAX_LINE - 2) + b",y"
    read = read_csv("m.csv", before + line + b"\n1,2\n", frozenset("ab"))
    assert len(read.lines) == offset // 4 + 2
    with pytest.raises(Unreadable) as refused:
        read_csv("m.csv", before + b"x" + line + b"\n1,2\n", frozenset("ab"))
    assert refused.value.problem.message == "the line is too long"
    assert refused.value.problem.row == offset // 4 + 2


def test_blank_lines_are_counted_among_the_lines():
    read = read_csv("m.csv", b"a,b\n\n1,2\n\n\n3,4", frozenset("ab"))
    assert read.lines.tolist() == [3, 6]
