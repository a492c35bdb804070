from __future__ import annotations

import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poems_report.study.decimals import POINT
from poems_report.study.measurement import Parsed, parse_measurement, parse_values


@pytest.mark.parametrize(
    ("text", "value", "censored"),
    [
        ("1234", 1234.0, 0),
        ("1234.5", 1234.5, 0),
        (" 7 ", 7.0, 0),
        ("<2", 2.0, -1),
        ("< 2.5", 2.5, -1),
        (">2000", 2000.0, 1),
        ("1e3", 1000.0, 0),
        ("1,5", 1.5, 0),
        ("< 2,0", 2.0, -1),
        ("≤1.5", 1.5, -1),
        ("=<1.5", 1.5, -1),
        ("≥300", 300.0, 1),
        (">=300", 300.0, 1),
        ("0,031", 0.031, 0),
    ],
)
def test_reads_what_laboratories_report(text, value, censored):
    assert parse_measurement(text) == Parsed(value, censored)


@pytest.mark.parametrize("text", ["n.d.", "N.D.", "nd", "ND", "n. d.", "n.d"])
def test_not_detected_is_told_apart_from_missing(text):
    found = parse_measurement(text)
    assert isinstance(found, Parsed)
    assert not found.detected
    assert not found.missing


@pytest.mark.parametrize("text", ["", "   ", "-", "–"])
def test_nothing_reported_is_missing(text):
    found = parse_measurement(text)
    assert isinstance(found, Parsed)
    assert found.missing
    assert found.censored == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("-3", "negative"),
        ("<-3", "negative"),
        ("0", "zero, where a logarithm is taken"),
        ("<0", "zero, where a logarithm is taken"),
        ("abc", "not a number"),
        ("12 pg/mL", "not a number"),
        ("<>3", "not a number"),
        ("nan", "not a finite number"),
        ("inf", "not a finite number"),
        ("1e999", "not a finite number"),
        ("1e300", "beyond what a laboratory measures"),
        (">1e16", "beyond what a laboratory measures"),
        ("1e-300", "beyond what a laboratory measures"),
        ("1" + 20 * "0", "beyond what a laboratory measures"),
    ],
)
def test_says_what_is_wrong(text, fault):
    assert parse_measurement(text) == fault


@given(st.floats(min_value=1e-6, max_value=1e9), st.sampled_from(["", "<", ">"]))
def test_reads_back_every_number(value, sign):
    found = parse_measurement(f"{sign}{value!r}")
    assert found == Parsed(value, {"": 0, "<": -1, ">": 1}[sign])


@given(st.text())
def test_any_text_is_a_value_or_a_fault(text):
    found = parse_measurement(text)
    if isinstance(found, Parsed) and found.detected and not found.missing:
        assert math.isfinite(found.value)
        assert found.value > 0


@settings(deadline=None)
@given(st.lists(st.one_of(st.floats(1e-6, 1e9).map(repr), st.text(max_size=8)), unique=True))
def test_a_column_is_read_as_its_texts_one_by_one(texts):
    clean = [text.encode("utf-8", "replace").decode().strip() for text in texts]
    values = parse_values(pa.array(clean, pa.string()), POINT)
    for place, text in enumerate(clean):
        found = parse_measurement(text)
        if isinstance(found, str):
            assert values.faults[text] == found
        else:
            assert text not in values.faults
            told = Parsed(values.value[place], values.censored[place], detected=bool(values.detected[place]))
            assert (told.missing, told.detected) == (found.missing, found.detected)
            assert told.missing or not told.detected or told == found
