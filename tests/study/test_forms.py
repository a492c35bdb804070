"""The same study in every form that is read gives the same Study, field by field."""

from __future__ import annotations

import pandas as pd
import pytest

from poems_report import load_study
from tests.study import good


def assert_same(found, expected):
    assert found.config == expected.config
    assert found.claims == expected.claims
    assert found.patient_ids == expected.patient_ids
    for name in ("patients", "measurements", "events"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name))


def in_form(make_study, form):
    """A copy of the illustrative study in another form."""
    if form == "italian":
        return make_study(**{f"{name}__csv": good.italian(name) for name in good.TABLES})
    if form == "tabs":
        tables = {f"{name}__csv": good.text_of(good.rows_of(name), "\t") for name in good.TABLES}
        return make_study(**tables)
    if form == "old Macintosh":
        tables = {f"{name}__csv": good.text_of(good.rows_of(name), ending="\r") for name in good.TABLES}
        return make_study(**tables)
    if form == "every field quoted":
        tables = {
            f"{name}__csv": "\n".join(
                ",".join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in good.rows_of(name)
            )
            for name in good.TABLES
        }
        return make_study(**tables)
    if form in {"wide", "wide italian"}:
        text = good.text_of(good.wide())
        if form == "wide italian":
            rows = [[cell.replace(".", ",") for cell in row] for row in good.wide()]
            text = "\ufeff" + good.text_of(rows, ";", "\r\n")
        return make_study(measurements__csv=text)
    folder = make_study(**{f"{name}__csv": None for name in good.TABLES})
    write = good.to_parquet if form.startswith("parquet") else good.to_excel
    ending = "parquet" if form.startswith("parquet") else "xlsx"
    for name in good.TABLES:
        rows = good.wide() if "wide" in form and name == "measurements" else good.rows_of(name)
        write(folder / f"{name}.{ending}", rows)
    return folder


@pytest.mark.parametrize(
    "form",
    [
        "italian",
        "tabs",
        "old Macintosh",
        "every field quoted",
        "wide",
        "wide italian",
        "excel",
        "excel wide",
        "parquet",
        "parquet wide",
    ],
)
def test_every_form_gives_the_same_study(make_study, study, form):
    assert_same(load_study(in_form(make_study, form)), study)


def test_nd_in_an_italian_excel_is_the_lower_limit_of_the_assay(make_study, study):
    rows = good.with_nd(good.rows_of("measurements"))
    assert sum(row[3] == "n.d." for row in rows) == 5
    text = "\ufeff" + good.text_of([[cell.replace(".", ",") for cell in row] for row in rows], ";", "\r\n")
    found = load_study(make_study(measurements__csv=text.replace("n,d,", "n.d."))).measurements
    plain = load_study(make_study(measurements__csv=good.text_of(rows))).measurements
    pd.testing.assert_frame_equal(found, plain)
    told = found.drop(columns="as_reported")
    pd.testing.assert_frame_equal(told, study.measurements.drop(columns="as_reported"))
    assert (found["as_reported"] == "n.d.").sum() == 5


def test_nd_may_mean_not_done(make_study, root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8") + "\nnd_means: not_done\n"
    rows = "patient_id,day,marker,value\nP01,1,vegf,n.d.\nP01,2,vegf,ND\nP01,3,vegf,5\n"
    found = load_study(make_study(study__yml=text, measurements__csv=rows)).measurements
    assert found["value"].isna().tolist() == [True, True, False]
    assert found["censored"].tolist() == [0, 0, 0]


def test_a_sheet_is_chosen_by_name(make_study, study, root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    folder = make_study(study__yml=text + '\nsheets: {measurements: "Valori 2024"}\n', measurements__csv=None)
    good.to_excel(folder / "measurements.xlsx", good.rows_of("measurements"), "Valori 2024", ("Note",))
    pd.testing.assert_frame_equal(load_study(folder).measurements, study.measurements)


@pytest.mark.parametrize(
    ("reported", "unit", "value", "censored", "text"),
    [
        ("1.5", "ng/mL", 1500.0, 0, "1500"),
        ("0.0373", "ng/mL", 37.3, 0, "37.3"),
        ("1,25", "ng/mL", 1250.0, 0, "1250"),
        ("< 0,031", "ng/mL", 31.0, -1, "<31"),
        ("250", "pg/dL", 2.5, 0, "2.50"),
        (">2000000", "pg/dL", 20000.0, 1, ">20000.00"),
        ("700", "ng/L", 700.0, 0, "700"),
        ("700", "pg/ml", 700.0, 0, "700"),
        ("0.3", "ng/mL", 300.0, 0, "300"),
    ],
)
def test_units_convert_exactly(make_study, reported, unit, value, censored, text):
    folder = make_study(
        measurements__csv=f"patient_id;day;marker;value;unit;uln\nP01;1;vegf;{reported};{unit};\n"
        "P01;2;vegf;9,5;;\nP01;3;vegf;1;ng/mL;1,2\n"
    )
    rows = load_study(folder).measurements
    assert rows["value"].tolist() == [value, 9.5, 1000.0]
    assert rows["censored"].tolist() == [censored, 0, 0]
    assert rows["reported"].tolist() == [text, "9.5", "1000"]
    assert rows["unit"].tolist() == ["pg/mL"] * 3
    assert rows["uln"].tolist() == [1000.0, 1000.0, 1200.0]
    known = {"pg/ml": "pg/mL"}
    assert rows["reported_unit"].tolist() == [known.get(unit, unit), "pg/mL", "ng/mL"]
    assert rows["as_reported"].tolist() == [reported.replace(",", ".").replace(" ", ""), "9.5", "1"]


@pytest.mark.parametrize(
    ("others", "number", "value"),
    [
        (["37.7"], "1.234", 1.234),
        (["37,7"], "1,234", 1.234),
        (["5"], "0,123", 0.123),
        (["5"], "1234,567", 1234.567),
        (["5"], "1,2345", 1.2345),
        (["37.7", "1,5"], "12", 12.0),
    ],
)
def test_a_number_with_one_reading_is_read(make_study, others, number, value):
    rows = "".join(f"P01;{day};vegf;{text}\n" for day, text in enumerate([*others, number]))
    found = load_study(make_study(measurements__csv="patient_id;day;marker;value\n" + rows)).measurements
    assert found["value"].iloc[-1] == value


def test_the_decimal_mark_may_be_stated(make_study, root):
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    rows = "patient_id;day;marker;value\nP01;1;vegf;1,234\n"
    folder = make_study(study__yml=text + "\ndecimal: comma\n", measurements__csv=rows)
    assert load_study(folder).measurements["value"].tolist() == [1.234]


@pytest.mark.parametrize(
    ("text", "value", "censored", "reported"),
    [
        ("<2", 2, -1, "<2"),
        ('"< 2,0"', 2, -1, "<2.0"),
        (">2000", 2000, 1, ">2000"),
        ("≤1.5", 1.5, -1, "≤1.5"),
        ("<=1.5", 1.5, -1, "≤1.5"),
        ("≥ 300", 300, 1, "≥300"),
        ("\u00a037.7\u202f", 37.7, 0, "37.7"),
        ("+5", 5, 0, "5"),
        ("1e3", 1000, 0, "1e3"),
    ],
)
def test_values_as_laboratories_report_them(make_study, text, value, censored, reported):
    folder = make_study(measurements__csv=f"patient_id,day,marker,value\nP01,1,vegf,{text}\n")
    row = load_study(folder).measurements.iloc[0]
    assert (row["value"], row["censored"], row["reported"]) == (value, censored, reported)


@pytest.mark.parametrize("text", ["", "-", "–", "   "])
def test_missing_values(make_study, text):
    folder = make_study(measurements__csv=f"patient_id,day,marker,value\nP01,1,vegf,{text}\n")
    row = load_study(folder).measurements.iloc[0]
    assert pd.isna(row["value"])
    assert row["reported"] == ""


def test_the_files_read_are_hashed_and_change_the_data_version(make_study, study):
    folder = make_study(measurements__csv=None)
    good.to_parquet(folder / "measurements.parquet", good.rows_of("measurements"))
    found = load_study(folder)
    assert set(found.hashes) == {
        "study.yml",
        "claims.yml",
        "patients.csv",
        "measurements.parquet",
        "events.csv",
    }
    assert found.data_version != study.data_version
