"""What spreadsheets and hostile files do: each gets a clear answer, soon and in little memory."""

from __future__ import annotations

import datetime
import io
import resource
import struct
import time
import zipfile

import openpyxl
import pytest

from poems_report import load_study
from poems_report.errors import StudyError
from tests.study import good

HEADER = ["patient_id", "day", "marker", "value", "comment"]
DAMAGED = (
    "measurements.xlsx: no Excel workbook, or a damaged one; allowed: an .xlsx workbook as Excel saves it"
)
RESULT = "its result as a value (Paste Special, Values)"
SECOND = "the names of the columns on line 1; they stand on line 2"
PLACE = "days from infusion as whole numbers, values as numbers"


def answers(folder, seconds=5.0, gib=1.5):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    assert time.process_time() - start < seconds
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20 < gib
    return [str(one) for one in caught.value.problems]


@pytest.fixture
def with_workbook(make_study):
    """A study whose measurements are this workbook: rows, or bytes."""

    def make(content):
        folder = make_study(measurements__csv=None)
        path = folder / "measurements.xlsx"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            book = openpyxl.Workbook()
            for row in content:
                book.active.append(row)
            book.save(path)
        return folder

    return make


def workbook_with(name, part):
    """A workbook with one of its parts replaced."""
    book, out = io.BytesIO(), io.BytesIO()
    made = openpyxl.Workbook()
    made.active.append(HEADER)
    made.save(book)
    with (
        zipfile.ZipFile(book) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for one in source.namelist():
            target.writestr(one, part if one == name else source.read(one))
    return out.getvalue()


SHEET = (
    '<?xml version="1.0"?>{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def test_a_zip_bomb(with_workbook):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(3):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", bytes(100 * 2**20))
    found = answers(with_workbook(out.getvalue()))
    limit = "at most 128 MiB; larger tables as CSV or Parquet"
    assert found == [f"measurements.xlsx: '300 MiB unpacked': the workbook is too large; allowed: {limit}"]


def test_a_zip_bomb_that_lies_about_its_size(with_workbook):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", bytes(200 * 2**20))
    content = out.getvalue()
    place = content.rindex(b"PK\x01\x02") + 24
    content = content[:place] + struct.pack("<I", 1000) + content[place + 4 :]
    assert answers(with_workbook(content)) == [DAMAGED]


def test_entities_that_multiply(with_workbook):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]>'
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>'
    content = workbook_with("xl/worksheets/sheet1.xml", SHEET.format(head=head, rows=rows))
    assert answers(with_workbook(content)) == [
        "measurements.xlsx: the workbook declares entities; allowed: a workbook as Excel saves it"
    ]


def test_a_row_and_a_column_far_away(with_workbook):
    cells = "".join(
        f'<c r="{column}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for column, name in zip("ABCD", HEADER, strict=False)
    )
    rows = f'<row r="1">{cells}</row><row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
    folder = with_workbook(workbook_with("xl/worksheets/sheet1.xml", SHEET.format(head="", rows=rows)))
    start = time.process_time()
    assert len(load_study(folder).measurements) == 0
    assert time.process_time() - start < 5
    rows = f'<row r="1">{cells}<c r="XFD1" t="inlineStr"><is><t>far</t></is></c></row>'
    folder = with_workbook(workbook_with("xl/worksheets/sheet1.xml", SHEET.format(head="", rows=rows)))
    assert len(load_study(folder).measurements) == 0


@pytest.mark.parametrize(
    "content", [b"", b"no workbook", b"PK\x03\x04" + bytes(100), b"PK\x05\x06" + bytes(18)]
)
def test_no_workbook(with_workbook, content):
    assert answers(with_workbook(content)) == [DAMAGED]


def test_a_workbook_with_a_password(with_workbook):
    what = "an old Excel workbook (.xls) or one with a password"
    assert answers(with_workbook(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))) == [
        f"measurements.xlsx: {what}; allowed: an .xlsx workbook without password"
    ]


def test_broken_parts_of_a_workbook(with_workbook):
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"):
        for part in (b"", b"<broken", b"\xff\xfe<", b"<?xml version='1.0'?><a/>"):
            try:
                load_study(with_workbook(workbook_with(name, part)))
            except StudyError as error:
                assert error.problems


def test_dates_formulas_and_errors_in_cells(with_workbook):
    folder = with_workbook(
        [
            HEADER,
            ["P01", datetime.date(2024, 3, 1), "vegf", 100],
            ["P01", 2, "vegf", datetime.date(2024, 1, 5)],
            ["P01", 3, "vegf", "=D2*2"],
            ["P01", 4, "vegf", "#DIV/0!"],
            ["P01", 5, "vegf", datetime.time(3, 4)],
        ]
    )
    assert answers(folder) == [
        f"measurements.xlsx:2:day: a date in cell B2; allowed: {PLACE}",
        f"measurements.xlsx:3:value: a date in cell D3; allowed: {PLACE}",
        f"measurements.xlsx:4:value: '=D2*2': a formula in cell D4; allowed: {RESULT}",
        "measurements.xlsx:5:value: '#DIV/0!': an error of Excel in cell D5; allowed: a value",
        f"measurements.xlsx:6:value: a date in cell D6; allowed: {PLACE}",
    ]


def test_a_formula_in_the_header(with_workbook):
    found = answers(with_workbook([["patient_id", "day", "marker", '="value"']]))
    assert found == [f"measurements.xlsx:1: a formula in cell D1; allowed: {RESULT}"]


def test_merged_headers(make_study):
    folder = make_study(measurements__csv=None)
    book = openpyxl.Workbook()
    for row in (["patient_id", "day", "vegf", None, "il6"], ["P01", 1, 100, "high", 5]):
        book.active.append(row)
    book.active.merge_cells("C1:D1")
    book.save(folder / "measurements.xlsx")
    assert answers(folder) == [
        "measurements.xlsx:1: a column without a name; allowed: one name a column, no merged cells"
    ]


def test_two_header_rows_and_a_total(with_workbook):
    rows = [["Patient", "Day", "Marker", "Value", "Note"], HEADER, ["P01", 1, "vegf", 100]]
    assert answers(with_workbook(rows)) == [
        f"measurements.xlsx:1: 'Patient,Day,Marker,Value,Note': the file has no header; allowed: {SECOND}"
    ]
    rows = [HEADER, ["P01", 1, "vegf", 100], ["Total", None, None, 100]]
    assert (
        "measurements.xlsx:3:patient_id: 'Total': a total, no patient; allowed: rows of patients only"
        in answers(with_workbook(rows))
    )


def test_a_note_beside_the_table(with_workbook):
    rows = [HEADER[:4], ["P01", 1, "vegf", 100, None, "see protocol"]]
    allowed = "nothing beside the named columns"
    assert answers(with_workbook(rows)) == [
        f"measurements.xlsx:2: 'see protocol': outside the table, in cell F2; allowed: {allowed}"
    ]


def test_no_such_sheet(make_study, root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8") + "\nsheets: {measurements: Values}\n"
    folder = make_study(study__yml=text, measurements__csv=None)
    good.to_excel(folder / "measurements.xlsx", good.rows_of("measurements"), "Valori", ("Note",))
    assert answers(folder) == ["measurements.xlsx: 'Values': no such sheet; allowed: one of: Note, Valori"]


def test_numbers_of_a_workbook_keep_every_digit(with_workbook):
    folder = with_workbook(
        [HEADER, ["P01", 1.0, "vegf", 1.234], ["P01", 2, "vegf", 1 / 3], ["P01", 3, "vegf", 7.0]]
    )
    assert load_study(folder).measurements["value"].tolist() == [1.234, 1 / 3, 7.0]


def test_a_line_of_200_mb(make_study):
    content = b"patient_id,day,marker,value\n" + b"x" * (200 * 2**20) + b"\n"
    assert answers(make_study(measurements__csv=content)) == [
        "measurements.csv:2: '209715200 bytes': the line is too long; allowed: lines of at most 1000000 bytes"
    ]


@pytest.mark.parametrize(
    ("columns", "answer"),
    [
        (
            1_000_000,
            "measurements.csv:1: '1999999 bytes': the line is too long; allowed: lines of at most 1000000 bytes",
        ),
        (100_000, "measurements.csv:1: '100000 columns': too many columns; allowed: at most 1000"),
    ],
)
def test_a_million_columns(make_study, columns, answer):
    assert answers(make_study(measurements__csv=",".join("c" * columns))) == [answer]


def test_a_field_without_end_within_quotation_marks(make_study):
    content = 'patient_id,day,marker,value,comment\nP01,1,vegf,1,"' + "x\n" * 100_000
    what = "a quotation mark is never closed, or a field is too long"
    assert answers(make_study(measurements__csv=content)) == [
        f"measurements.csv:2: {what}; allowed: at most 131072 characters"
    ]


def test_many_problems_are_counted(make_study):
    rows = "".join(f"P01,{day},vegf,x\n" for day in range(36_000)) * 3
    found = answers(make_study(measurements__csv="patient_id,day,marker,value\n" + rows))
    told = [line for line in found if ": not a number;" in line]
    assert len(told) == 100_000
    assert any("measurements.csv:value: not a number, and so in 8000 more rows;" in line for line in found)


def test_parquet_that_is_none(make_study):
    import pyarrow as pa
    from pyarrow import parquet

    folder = make_study(measurements__csv=None)
    path = folder / "measurements.parquet"
    for content in (b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1"):
        path.write_bytes(content)
        assert answers(folder) == [
            "measurements.parquet: no Parquet file, or a damaged one; allowed: a Parquet file"
        ]
    table = {"patient_id": ["P01"], "day": [datetime.date(2024, 1, 1)], "marker": ["vegf"], "value": [1.0]}
    parquet.write_table(pa.table(table), path)
    assert answers(folder) == [
        "measurements.parquet:1: the column day holds a date; allowed: texts and numbers"
    ]
    table |= {"day": [1], "value": [float("nan")]}
    parquet.write_table(pa.table(table), path)
    assert answers(folder)[0].startswith("measurements.parquet:2:value: 'nan': not a finite number")
    table |= {"value": [[1.0]]}
    parquet.write_table(pa.table(table), path)
    assert answers(folder) == [
        "measurements.parquet:1: the column value holds of the type list<element: double>; allowed: texts and numbers"
    ]
