from __future__ import annotations

import random
import re
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poems_report.errors import Problem
from poems_report.study.identifiers import recognise
from poems_report.study.privacy import scan, withhold

# Every number is an example of its issuer's documentation or of python-stdnum's; none belongs to a person.
IDENTITIES = {
    "an Italian tax code": ["RCCMNL83S18D969H", "RCC MNL 83S18 D969H", "rccmnl83s18d969h"],
    "a US social security or taxpayer number": ["536-90-4399", "912-90-3456"],
    "a UK NHS number": ["943 476 5870", "943-476-5870", "9434765870"],
    "a French social security number": ["2 95 10 99 126 111 93", "295109912611193", "253072B07300470"],
    "a Spanish identity number": ["54362315-K", "54362315K", "X-2482300W"],
    "a Portuguese citizen number": ["00000000 0 ZZ4"],
    "a German tax number": ["36 574 261 809", "36574261809"],
    "a Swiss social security number": ["756.9217.0769.85", "7569217076985"],
    "an Austrian social security number": ["1237 010180"],
    "a Belgian national number": ["85.07.30-033 28"],
    "a Danish or Icelandic personal number": ["211062-5629", "120174-3399"],
    "a Swedish personal number": ["880320-0016"],
    "a Finnish personal number": ["131052-308T"],
    "a Norwegian personal number": ["151086 95088"],
    "a Brazilian taxpayer number": ["390.533.447-05"],
    "a Czech or Slovak birth number": ["710319/2745"],
    "a personal number of 13 digits": ["1630615123457", "7503305044089", "971013-9019902"],
    "a Mexican personal number": ["BOXW310820HNERXN09"],
    "an Irish personal number": ["6433435F"],
    "an Indian or Japanese personal number": ["2341 2341 2346"],
    "a bank account": ["GR16 0110 1050 0000 1054 7023 795", "BE31435411161155"],
    "a national number": ["SSN 536904399", "BSN: 111222333"],
    "an e-mail address": ["mario.rossi@example.org", "m+r@ospedale.example.it"],
    "a telephone number": [
        "+39 06 3015 4180", "0039 06 30154180", "(555) 234-4567", "555-234-4567", "347 1234567", "347-123-4567",
        "06 30154180", "06/30154180", "020 7946 0958", "06 12 34 56 78", "tel. 301541", "cell 347/1234567",
    ],
    "a full date": [
        "2022-01-31", "2022/1/31", "31/01/2022", "31.01.2022", "31-1-2022", "1/31/2022", "31/01/22", "31.01.22",
        "31 Jan 2022", "31JAN2022", "31 gennaio 2022", "January 31, 2022", "31. Januar 2022", "31 de enero de 2022",
        "31 janvier 2022", "20220131", "31012022", "2022-01-31T10:30", "2022年1月31日", "3rd of March 2021",
    ],
    "a title and a name": [
        "Dr Rossi", "Dott. Bianchi", "Dott.ssa Anna Verdi", "Sig. Mario Rossi", "Sig.ra Rossi", "Mr Smith",
        "Mrs. O'Brien", "Prof. D. Müller", "DOTT. ROSSI", "Herr Schmidt", "signora Bianchi",
    ],
    "a name": ["name: Mario Rossi", "Nome: MARIO ROSSI", "cognome: Rossi", "patient: John Smith"],
}  # fmt: skip
PAIRS = [(kind, text) for kind, texts in IDENTITIES.items() for text in texts]

HARMLESS = (
    "none known", "IgA lambda", "50-59", "1234.5", "<1.5", "> 2000", "P000001", "S-0001", "improved (day +371)",
    "fever, infection treated", "IL-6 raised, VEGF normal after an infection: repeat when, and which marker leads?",
    "melphalan 200 mg/m2", "G-CSF 5 ug/kg", "HLA-DR Positive", "MR Spectroscopy", "day -2 to +100", "01/2022",
    "1/2 of the dose", "LOINC 75628-8", "NCT01234567", "10.1002/ajh.25495", "PMID 31012139", "1,234,567",
    "platelets 320 450 120", "sep 12", "may 5 mg", "titre 1:320", "range 1.5-5000", "kappa/lambda 1.65 (0.26-1.65)",
    "Prof.", "patient: stable", "Elecsys 2010", "lot 12345", "25 mg d1-21", "t(11;14)", "1.5e3", "-14", "36500",
    "1:160", "criteria of 2019", "Castleman, hyaline vascular", "doses 5-10-15 mg", "v1.2.10", "Ms", "ONLS 4",
)  # fmt: skip


def frame(**columns):
    table = pd.DataFrame({name: pd.Series(list(texts), dtype=str) for name, texts in columns.items()})
    table.index = table.index + 2
    return table


@pytest.mark.parametrize(("kind", "text"), PAIRS)
def test_each_identity_is_found_alone_and_within_a_sentence(kind, text):
    sentence = f"seen again, {text}, stable"
    problems = scan(frame(comment=[text, "none", sentence]), "measurements.csv")
    assert [(one.row, one.message) for one in problems] == [
        (2, f"looks like {kind}"),
        (4, f"looks like {kind}"),
    ]


@pytest.mark.parametrize("text", HARMLESS)
def test_clinical_texts_and_laboratory_numbers_pass(text):
    assert scan(frame(comment=[text], value=[text]), "measurements.csv") == []
    assert recognise(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "RCCMNL83S18D969A", "943 476 5871", "295109912611194", "54362315A", "36 574 261 890", "756.9217.0769.84",
        "666-12-3456", "710319/2746", "GR16 0110 1050 0000 1054 7023 794", "32/13/2022", "2022-13-31",
    ],
)  # fmt: skip
def test_wrong_check_digits_and_impossible_dates_are_no_identity(text):
    assert recognise(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "RM19800512",
        "P-19800512",
        "MR_19800512",
        "19800512RM",
        "ID-9434765870",
        "ID_9434765870",
        "x_RCCMNL83S18D969H",
    ],
)
def test_a_pseudonym_made_of_an_identity_is_one(text):
    assert len(scan(frame(patient_id=[text]), "patients.csv")) == 1


@pytest.mark.parametrize(
    "text", ["P20000000", "RM19801312", "S0000001", "P12345678", "NCT01234567", "A-1234567"]
)
def test_a_running_number_is_a_pseudonym(text):
    assert scan(frame(patient_id=[text]), "patients.csv") == []


def test_hidden_characters_and_foreign_digits_do_not_hide_a_date():
    for text in ("2022\u201101\u201131", "\u20662022-\u200b01-31", "２０２２-０１-３１", "٣١/٠١/٢٠٢٢"):
        assert recognise(text).kind == "a full date", text


def test_the_problem_never_repeats_the_identity():
    (problem,) = scan(frame(comorbidity=["hypertension, RCCMNL83S18D969H"]), "patients.csv")
    assert problem == Problem(
        "patients.csv", 2, "comorbidity", "RC... (16 characters)", "looks like an Italian tax code",
        "pseudonyms and days only, or privacy.allow in study.yml with file, column and reason",
    )  # fmt: skip


def test_other_problems_of_the_same_cell_are_masked_too():
    found = scan(frame(day=["31/01/2022"], marker=["vegf"]), "measurements.csv")
    other = [
        Problem("measurements.csv", 2, "day", "31/01/2022", "not a whole number of days", "a number"),
        Problem("measurements.csv", 2, "marker", "vegf", "unknown marker", "il6"),
    ]
    shown = withhold(other, found)
    assert [one.value for one in shown] == ["31... (10 characters)", "31... (10 characters)", "vegf"]


def test_an_allowed_column_is_left_out_and_only_it():
    table = frame(comorbidity=["Dr Rossi"], question=["Dr Rossi"])
    assert [one.column for one in scan(table, "patients.csv", allow=("comorbidity",))] == ["question"]


def test_a_number_of_eight_digits_is_a_value_in_a_column_of_numbers_and_a_date_elsewhere():
    assert scan(frame(value=["20220131"], uln=["31012022"]), "measurements.csv") == []
    assert [one.column for one in scan(frame(comment=["20220131"]), "measurements.csv")] == ["comment"]
    assert len(scan(frame(value=["9434765870"]), "measurements.csv")) == 1


def test_category_columns_and_missing_texts_are_read():
    table = frame(comment=["a@b.example", None, "none"]).astype({"comment": "category"})
    assert [one.row for one in scan(table, "measurements.csv")] == [2]


def test_no_false_alarm_on_the_illustrative_study(root):
    for name in ("patients.csv", "measurements.csv", "events.csv"):
        table = pd.read_csv(root / "data" / name, dtype=str, keep_default_na=False)
        assert scan(table, name) == []


def test_all_are_found_in_a_mixed_file_of_ten_thousand_rows():
    draw = random.Random(20220101)  # noqa: S311
    comments, values, expected = [], [], set()
    for row in range(2, 10_002):
        comment = draw.choice(HARMLESS)
        if draw.random() < 0.05:
            comment = f"{draw.choice(('', 'seen, ', 'see: '))}{draw.choice(PAIRS)[1]}"
            expected.add(row)
        comments.append(comment)
        values.append(
            draw.choice((f"{draw.lognormvariate(6, 2):.1f}", f"{draw.randrange(10**7)}", "<1.5", ""))
        )
    table = frame(patient_id=[f"P{row:06d}" for row in range(10_000)], comment=comments, value=values)
    start = time.process_time()
    problems = scan(table, "measurements.csv")
    assert time.process_time() - start < 2
    assert {one.row for one in problems} == expected
    assert {one.column for one in problems} == {"comment"}


@given(
    st.one_of(
        st.decimals(min_value=0, max_value=10**7, places=3).map(str),
        st.integers(0, 10**7).map(str),
        st.tuples(st.sampled_from("<>≤≥"), st.sampled_from(["", " "]), st.integers(0, 10**6)).map(
            lambda parts: "".join(map(str, parts))
        ),
        st.tuples(st.integers(0, 10**6), st.integers(0, 99)).map(lambda parts: f"{parts[0]},{parts[1]}"),
    )
)
def test_no_laboratory_value_is_an_identity(text):
    for column in ("value", "comment"):
        assert scan(frame(**{column: [text]}), "measurements.csv") == []


@given(
    st.dates(min_value=pd.Timestamp("1900-01-01").date(), max_value=pd.Timestamp("2099-12-31").date()),
    st.data(),
)
def test_every_date_in_every_notation(day, data):
    notation = data.draw(
        st.sampled_from(
            [
                "%Y-%m-%d",
                "%d/%m/%Y",
                "%m/%d/%Y",
                "%d.%m.%Y",
                "%d %B %Y",
                "%d-%b-%Y",
                "%Y%m%d",
                "%d/%m/%y",
                "%B %d, %Y",
            ]
        )
    )
    text = day.strftime(notation)
    assert [one.message for one in scan(frame(comment=[text]), "f.csv")] == ["looks like a full date"]


@settings(max_examples=300)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
def test_any_text_is_searched_without_an_error_and_what_is_found_is_in_it(texts):
    problems = scan(frame(comment=texts), "measurements.csv")
    assert all(re.fullmatch(r".{0,2}\.\.\. \(\d+ characters\)", one.value, re.DOTALL) for one in problems)
    assert {one.row for one in problems} <= set(range(2, 2 + len(texts)))
