"""Whatever lies in a study folder, the answer is a Study or a list of problems, soon, and nothing is written."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poems_report import Study, load_study
from poems_report.errors import Problem, StudyError
from tests.study import good

NAMES = [f"{table}.{ending}" for table in good.TABLES for ending in ("csv", "xlsx", "parquet")]
NAMES += ["study.yml", "claims.yml"]
COLUMNS = (
    "patient_id day marker value matrix assay uln unit comment infusion event detail sex vegf il6 vegf_unit"
)
CELLS = [
    *(
        "P01",
        "P02",
        "1",
        "-1",
        "0",
        "1.5",
        "1,5",
        "1.234",
        "1,234",
        "<2",
        ">2000",
        "≤3",
        "n.d.",
        "ND",
        "-",
        "",
    ),
    *(
        "vegf",
        "il6",
        "yes",
        "no",
        "pg/mL",
        "ng/mL",
        "mg/L",
        "NaN",
        "inf",
        "1e999",
        "=1+1",
        "2024-01-05",
        "total",
    ),
    *("'", '"', ";", "\t", "\u200f", "\u202e", "\ufeff", "É", "١", "𝟛", "\x1f", "RSSMRA85T10A562S", "a@b.it"),
]

cell = st.one_of(st.sampled_from(CELLS), st.text(max_size=12))
row = st.lists(cell, min_size=1, max_size=8)
header = st.lists(st.sampled_from(COLUMNS.split()), min_size=1, max_size=8)
quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def assert_answered(files):
    """The folder is answered: its files are as given, beside the illustrative ones they do not replace."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(good.DATA, folder, dirs_exist_ok=True)
        for one, content in files.items():
            stem = one.partition(".")[0]
            for other in (f"{stem}.csv", f"{stem}.xlsx", f"{stem}.parquet"):
                (folder / other).unlink(missing_ok=True)
            (folder / one).write_bytes(content)
        before = {path: path.read_bytes() for path in folder.rglob("*")}
        start = time.process_time()
        try:
            found = load_study(folder)
        except StudyError as error:
            assert error.problems
            for one in error.problems:
                assert isinstance(one, Problem)
                assert len(str(one)) < 2000
        else:
            assert isinstance(found, Study)
            assert found.measurements["value"].dropna().between(0, 1e300, inclusive="neither").all()
            assert found.measurements["marker"].isin(found.config.markers).all()
            assert found.measurements["patient_id"].isin(found.patient_ids).all()
            assert not found.measurements.duplicated(["patient_id", "day", "marker"]).any()
        assert time.process_time() - start < 5
        assert {path: path.read_bytes() for path in folder.rglob("*")} == before


@quick
@given(st.sampled_from(NAMES), st.binary(max_size=400))
def test_random_bytes(name, content):
    assert_answered({name: content})


@quick
@given(st.sampled_from(NAMES), st.text(max_size=300))
def test_random_text(name, content):
    assert_answered({name: content.encode("utf-8", "surrogatepass")})


@quick
@given(
    st.sampled_from(good.TABLES), header, st.lists(row, max_size=6), st.sampled_from(",;\t"), st.booleans()
)
def test_random_tables(table, names, rows, separator, quoted):
    if quoted:
        content = good.text_of([names, *rows], separator)
    else:
        content = "\n".join(separator.join(one) for one in [names, *rows])
    assert_answered({f"{table}.csv": content.encode("utf-8", "surrogatepass")})


@quick
@given(st.lists(st.tuples(st.sampled_from(["P01", "P02", "P99"]), cell, cell, cell, cell), max_size=6))
def test_random_measurements(rows):
    content = good.text_of([["patient_id", "day", "marker", "value", "unit"], *map(list, rows)])
    assert_answered({"measurements.csv": content.encode("utf-8", "surrogatepass")})


def mutated(content, seed):
    """A file with a few bytes changed, cut out, doubled or swapped."""
    draw = random.Random(seed)  # noqa: S311
    data = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        place, length = draw.randrange(len(data)), draw.randint(1, 12)
        match draw.randrange(5):
            case 0:
                data[place] = draw.randrange(256)
            case 1:
                del data[place : place + length]
            case 2:
                data[place:place] = data[place : place + length] * draw.randint(1, 3)
            case 3:
                data[place:place] = draw.choice(CELLS).encode()
            case 4:
                data[place : place + length] = bytes(reversed(data[place : place + length]))
        data = data or bytearray(b",")
    return bytes(data)


@quick
@given(
    st.sampled_from(["study.yml", "claims.yml", "patients.csv", "measurements.csv", "events.csv"]),
    st.integers(0, 2**32),
)
def test_mutated_good_files(name, seed):
    assert_answered({name: mutated((good.DATA / name).read_bytes(), seed)})


@quick
@given(st.sampled_from(good.TABLES), st.integers(0, 2**32))
def test_mutated_italian_files(table, seed):
    assert_answered({f"{table}.csv": mutated(good.italian(table), seed)})


@settings(quick, max_examples=15)
@given(st.sampled_from(good.TABLES), st.sampled_from(["xlsx", "parquet"]), st.integers(0, 2**32))
def test_mutated_workbooks_and_parquet_files(table, ending, seed):
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"{table}.{ending}"
        (good.to_excel if ending == "xlsx" else good.to_parquet)(path, good.rows_of(table))
        content = path.read_bytes()
    assert_answered({f"{table}.{ending}": mutated(content, seed)})


@quick
@given(header, st.lists(row, min_size=1, max_size=5))
def test_both_ways_of_reading_text_agree(names, rows):
    """What Arrow reads by lines, the standard library reads by records to the same cells and lines."""
    from poems_report.study import csv_table

    width = len(names)
    table = [
        [one.replace("\r", " ").replace("\0", " ") for one in (fields * width)[:width]] for fields in rows
    ]
    text = good.text_of([names, *table]).encode("utf-8", "replace")
    if not csv_table._plainly_quoted(text, ","):
        return
    by_line = csv_table._by_arrow(text, tuple(names), ",", quoted=True)
    by_record = csv_table._by_record("x.csv", text.decode(), tuple(names), ",")
    if by_line is None:
        return
    count = len(by_line.lines)
    assert by_record.lines.tolist() == by_line.lines.tolist()
    for one, other in zip(by_line.columns, by_record.columns, strict=True):
        assert [one.text(place) for place in range(count)] == [other.text(place) for place in range(count)]
