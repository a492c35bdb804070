"""Study folders with something wrong, each with every word of its answer."""

from __future__ import annotations

import pytest

from poems_report import load_study
from poems_report.errors import StudyError

NUMBER = "a number above 0 such as 1234 or 1234.5, a limit such as <2 or >2000, or empty for missing"
DAY = "a whole number of days from -7300 to 36500"
CLEAR = "one decimal mark in all numbers, or decimal: point or comma in study.yml"
MARKERS = "vegf, il6, platelets, crp, mprotein_level"
ABSENT = "measurements.csv, measurements.xlsx or measurements.parquet"
UNMISTAKEN = "identifiers that no file system confuses"
RHO = "GREEK CAPITAL LETTER RHO (U+03A1)"
FIT = "settings that fit together"
PLAIN = "letters, digits, - and _, at most 32"
LOWER = "a limit such as <2, or detection.lower of {} in study.yml, or nd_means: not_done"
UNDETECTED = "not detected, but the lower limit of this assay is unknown"
KEYS = "only the keys of the study's settings"
ONCE = "each key once, each value written out plainly"
PATIENT = "a patient of the table of patients"
REAL = "rows of patients only"
UNITS = "pg/mL, or ng/L, ng/mL, pg/dL, which are converted"
COLUMNS = "patient_id, day, marker, value, matrix, assay, uln, unit, comment"
LONG = "patient_id,day,marker,value\n"
SEMI = "patient_id;day;marker;value\n"
ASSAY = "patient_id,day,marker,value,assay\n"
REMARK = "words; and values with a decimal point where commas separate the columns"
BARE = "a bare number, perhaps the decimals of a value written with a comma"
HEADER = "a first line with patient_id, day, marker, value"
EXCEL = "or in Excel Save As, CSV UTF-8"


def measured(content, *answers):
    return {"measurements.csv": content}, [f"measurements.csv{one}" for one in answers]


def values(*pairs):
    """Rows of one value each, on lines 2, 3 ...; answers as (value, message, allowed) or None."""
    rows = "".join(f'P01,{day},vegf,"{text}"\n' for day, (text, *_) in enumerate(pairs))
    answers = [
        f":{line}:value: {text!r}: {answer[0]}; allowed: {answer[1] if len(answer) > 1 else NUMBER}"
        for line, (text, *answer) in enumerate(pairs, start=2)
        if answer
    ]
    return measured(LONG + rows, *answers)


def settings(old, new, *answers):
    return {"study.yml": (old, new)}, [f"study.yml{one}" for one in answers]


def patients(old, new, *answers):
    return {"patients.csv": (old, new)}, [f"patients.csv{one}" for one in answers]


CASES = {
    # files
    "no measurements": (
        {"measurements.csv": None},
        [f"measurements.csv: the file is missing; allowed: {ABSENT}"],
    ),
    "an old Excel workbook": (
        {"measurements.csv": None, "measurements.xls": "x"},
        ["measurements.xls: a kind of file that is not read; allowed: save it as .xlsx"],
    ),
    "two files of one table": (
        {"measurements.parquet": b"PAR1"},
        ["measurements.parquet: the same table as measurements.csv; allowed: one file of each table"],
    ),
    "no settings": ({"study.yml": None}, ["study.yml: the file is missing; allowed: a file of this name"]),
    "an empty file": measured("", ": the file is empty; allowed: a header and rows"),
    "blanks only": measured(" \n\n \n", ": the file is empty; allowed: a header and rows"),
    "only a byte order mark": measured(b"\xef\xbb\xbf", ": the file is empty; allowed: a header and rows"),
    "a binary file": measured(LONG.encode() + b"P01,1,vegf,\0\n", ":2: the file is no text; allowed: text in UTF-8"),
    "a workbook named .csv": measured(
        b"PK\x03\x04rest", ": an Excel workbook named as text; allowed: the ending .xlsx"
    ),
    "Windows-1252": measured(
        LONG.replace("value", "value,comment").encode() + b"P01,1,vegf,5,febbre pi\xf9 alta\n",
        ":2: the file is not UTF-8 (byte 0xF9), perhaps Windows-1252; allowed: UTF-8: iconv -f WINDOWS-1252 "
        f"-t UTF-8 measurements.csv -o fixed.csv, {EXCEL}",
    ),
    "neither UTF-8 nor Windows-1252": measured(
        LONG.encode() + b"P01,1,vegf,\x81\xff\n",
        ":2: the file is not UTF-8 (byte 0x81); allowed: text in UTF-8",
    ),
    "UTF-16": measured(
        LONG.encode("utf-16"),
        ": the file is UTF-16 (Excel's Unicode text); allowed: UTF-8: iconv -f UTF-16 -t UTF-8 measurements.csv "
        f"-o fixed.csv, {EXCEL}",
    ),
    # lines and columns
    "no header": measured(
        "P01,1,vegf,100\nP01,2,vegf,90\n",
        f":1: 'P01,1,vegf,100': the file has no header; allowed: {HEADER}",
    ),
    "a title above the header": measured(
        "Lab list\n\n" + LONG + "P01,1,vegf,100\n",
        f":1: 'Lab list': the file has no header; allowed: {HEADER}",
    ),
    "a header on the second line": measured(
        "Lab,,,\n" + LONG + "P01,1,vegf,100\n",
        ":1: 'Lab,,,': the file has no header; allowed: the names of the columns on line 1; they stand on line 2",
    ),
    "two header rows": measured(
        LONG + "patient_id,day,marker,value\nP01,1,vegf,100\n",
        f":2:day: 'day': not a whole number of days; allowed: {DAY}",
        f":2:marker: 'marker': unknown marker; allowed: {MARKERS}",
        f":2:patient_id: 'patient_id': the header again; allowed: {REAL}",
        f":2:value: 'value': not a number; allowed: {NUMBER}",
    ),
    "a missing column": measured(
        "patient_id,day,marker\nP01,1,vegf\n", ":1:value: the column is missing; allowed: a column value"
    ),
    "an unknown column": measured(
        "patient_id,day,marker,value,sodium\n", f":1:sodium: unknown column; allowed: only {COLUMNS}"
    ),
    "a column in capitals": measured(
        "patient_id,day,marker,value,Comment\n", ":1:Comment: unknown column; allowed: comment"
    ),
    "a column with a hidden mark": measured(
        "patient_id,day,marker,value,unit\u200b\n",
        ":1:unit\u200b: unknown column, with ZERO WIDTH SPACE (U+200B); allowed: unit",
    ),
    "the same column twice": measured(
        "patient_id,day,marker,value,value\nP01,1,vegf,1,2\n",
        ":1:value: the column twice; allowed: each column once",
    ),
    "a column without a name": measured(
        "patient_id,day,marker,value,\nP01,1,vegf,1,2\n",
        ":1: a column without a name; allowed: one name a column, no merged cells",
    ),
    "two kinds of separators": measured(
        "patient_id,day;marker;value\n",
        ":1: 'patient_id,day;marker;value': separated by commas and semicolons; allowed: one kind of separator",
    ),
    "more and fewer fields than columns": measured(
        LONG + "P01,1,vegf,3,4\nP01,2,vegf\nP01,3,vegf,x\n",
        ":2: '5 fields': more fields than columns; allowed: 4 fields",
        ":3: '3 fields': fewer fields than columns; allowed: 4 fields",
        f":4:value: 'x': not a number; allowed: {NUMBER}",
    ),
    "decimal commas among commas": measured(
        "patient_id,day,marker,value,comment\nP01,1,vegf,37,7\n",
        f":2:comment: '7': {BARE}; allowed: {REMARK}",
    ),
    "a quotation mark never closed": measured(
        LONG + 'P01,1,vegf,3\nP01,2,vegf,"3\nP01,3,vegf,3\n',
        ":3: a quotation mark is never closed; allowed: quotation marks in pairs",
    ),
    "text after a closing quotation mark": measured(
        LONG + 'P01,1,vegf,"3"4\n',
        ':2: text after a closing quotation mark; allowed: quotation marks in a text written twice: ""',
    ),
    "a header never closed": measured(
        '"patient_id,day\n',
        ":1: a quotation mark in the header is never closed; allowed: names of columns on one line",
    ),
    "lines counted as an editor does": measured(
        'patient_id,day,marker,value,comment\n\nP01,1,vegf,3,"two\nlines"\nP01,2,vegf,x,\n',
        f":5:value: 'x': not a number; allowed: {NUMBER}",
    ),
    "a total below the table": measured(
        LONG + "P01,1,vegf,100\nTotale:,,,100\n",
        f":3:day: '': not a whole number of days; allowed: {DAY}".replace(" '':", ""),
        f":3:marker: unknown marker; allowed: {MARKERS}",
        f":3:patient_id: 'Totale:': a total, no patient; allowed: {REAL}",
    ),
    # keys
    "an unknown patient": measured(
        LONG + "P99,1,vegf,1\n", f":2:patient_id: 'P99': unknown patient; allowed: {PATIENT}"
    ),
    "a look-alike letter in a patient": measured(
        LONG + "\u042001,1,vegf,1\n",
        f":2:patient_id: '\u042001': unknown patient, with CYRILLIC CAPITAL LETTER ER (U+0420); allowed: {PATIENT}",
    ),
    "a right-to-left mark in a patient": measured(
        LONG + "P01\u200f,1,vegf,1\n",
        r":2:patient_id: 'P01\u200f': holds a character that cannot be seen, RIGHT-TO-LEFT MARK (U+200F); "
        "allowed: the text without it",
    ),
    "a blank within a patient": measured(
        LONG + "P\u00a001,1,vegf,1\n",
        rf":2:patient_id: 'P\xa001': unknown patient, with NO-BREAK SPACE (U+00A0); allowed: {PATIENT}",
    ),
    "an unknown marker": measured(
        LONG + "P01,1,ferritin,1\n", f":2:marker: 'ferritin': unknown marker; allowed: {MARKERS}"
    ),
    "a marker in capitals": measured(
        LONG + "P01,1,VEGF,1\n", f":2:marker: 'VEGF': unknown marker; allowed: {MARKERS}"
    ),
    "days that are none": measured(
        LONG + "P01,,vegf,1\nP01,1.5,vegf,1\nP01,\u0663,vegf,1\nP01,\u22129,vegf,1\nP01,1e3,vegf,1\n",
        f":2:day: not a whole number of days; allowed: {DAY}",
        f":3:day: '1.5': not a whole number of days; allowed: {DAY}",
        f":4:day: '\u0663': not a whole number of days, with ARABIC-INDIC DIGIT THREE (U+0663); allowed: {DAY}",
        f":5:day: '\u22129': not a whole number of days, with MINUS SIGN (U+2212); allowed: {DAY}",
        f":6:day: '1e3': not a whole number of days; allowed: {DAY}",
    ),
    "days out of range": measured(
        LONG + "P01,36501,vegf,1\nP01,-7301,vegf,1\nP01,99999999,vegf,1\n",
        f":2:day: '36501': a day out of range; allowed: {DAY}",
        f":3:day: '-7301': a day out of range; allowed: {DAY}",
        f":4:day: '99999999': not a whole number of days; allowed: {DAY}",
    ),
    "the same visit twice": measured(
        LONG + "P01,1,vegf,1\nP01,1,il6,1\nP01,+1,vegf,2\nP01,01,vegf,3\n",
        ":4:day: '+1': the same patient, day and marker twice; allowed: one row each",
        ":5:day: '01': the same patient, day and marker twice; allowed: one row each",
    ),
    # values
    "no numbers": values(
        ("high", "not a number"),
        ("12 pg/mL", "not a number"),
        ("<>3", "not a number"),
        ("<", "not a number"),
        ("1.2.3", "not a number"),
        ("\u0663", "not a number"),
        ("#N/A", "not a number"),
        ("0x10", "not a number"),
        ("1_000", "not a number"),
    ),
    "numbers that are not above 0": values(
        ("-3", "negative"), ("<-3", "negative"), ("0", "zero, where a logarithm is taken"),
        ("0,0", "zero, where a logarithm is taken"), ("1e-400", "zero, where a logarithm is taken"),
    ),
    "numbers without end": values(
        ("NaN", "not a finite number"), ("-inf", "not a finite number"), ("1e999", "not a finite number"),
        ("NA", "not a finite number"),
    ),
    "thousands separated": values(
        ("1.234.567", "a thousands separator"), ("1.234,5", "a thousands separator"),
        ("1,234.5", "a thousands separator"), ("1 234", "a thousands separator"),
        ("1'234", "a thousands separator"),
    ),
    "a number with two readings beside a comma": values(
        ("1.234", "could be 1.234 or 1234", CLEAR), ("1,5",),
    ),
    "a number with two readings beside a point": values(
        ("1,234", "could be 1.234 or 1234", CLEAR), ("37.7",), ("12.345",),
    ),
    "numbers with two readings beside both": values(
        ("1.234", "could be 1.234 or 1234", CLEAR), ("1,5",), ("2.5",), ("<2,345", "could be 2.345 or 2345", CLEAR),
    ),
    "a comma that nothing explains": values(("1,234", "could be 1.234 or 1234", CLEAR), ("5",)),
    "a point among semicolons": measured(
        SEMI + "P01;1;vegf;1.234\nP01;2;vegf;5\n",
        f":2:value: '1.234': could be 1.234 or 1234; allowed: {CLEAR}",
    ),
    "a right-to-left mark in a value": measured(
        LONG + "P01,1,vegf,\u202e12\n",
        r":2:value: '\u202e12': holds a character that cannot be seen, RIGHT-TO-LEFT OVERRIDE (U+202E); "
        "allowed: the text without it",
    ),
    "not detected by another assay": measured(
        ASSAY + "P01,1,vegf,n.d.,Quantikine\n",
        f":2:value: 'n.d.': {UNDETECTED}; allowed: {LOWER.format('vegf')}",
    ),
    "not detected without a lower limit": (
        {"study.yml": ("{lower: 1.5, upper: 5000}", "{upper: 5000}"), "measurements.csv": LONG + "P01,1,il6,ND\n"},
        [f"measurements.csv:2:value: 'ND': {UNDETECTED}; allowed: {LOWER.format('il6')}"],
    ),
    "another unit": measured(
        "patient_id,day,marker,value,unit\nP01,1,vegf,1,mg/L\nP01,2,vegf,1,pmol/L\n",
        f":2:unit: 'mg/L': differs from the marker's unit; allowed: {UNITS}",
        f":3:unit: 'pmol/L': differs from the marker's unit; allowed: {UNITS}",
    ),
    "a unit that nothing converts": (
        {
            "study.yml": ("label: IL-6\n    unit: pg/mL", "label: IL-6\n    unit: IU/mL"),
            "measurements.csv": "patient_id,day,marker,value,unit\nP01,1,il6,1,pg/mL\n",
        },
        ["measurements.csv:2:unit: 'pg/mL': differs from the marker's unit; allowed: IU/mL"],
    ),
    "a value beyond all numbers in the marker's unit": measured(
        "patient_id,day,marker,value,unit\nP01,1,vegf,1e307,ng/mL\n",
        f":2:value: '1e307': beyond what a laboratory measures; allowed: {NUMBER}",
    ),
    "limits that are none": measured(
        "patient_id,day,marker,value,uln\nP01,1,vegf,1,<5\nP01,2,vegf,1,high\nP01,3,vegf,1,0\nP01,4,vegf,1,n.d.\n",
        ":2:uln: '<5': not a limit; allowed: a number above 0, in the unit of its value",
        ":3:uln: 'high': not a number; allowed: a number above 0, in the unit of its value",
        ":4:uln: '0': zero, where a logarithm is taken; allowed: a number above 0, in the unit of its value",
        ":5:uln: 'n.d.': not a limit; allowed: a number above 0, in the unit of its value",
    ),
    "a control character in a remark": measured(
        "patient_id,day,marker,value,comment\nP01,1,vegf,1,a\x07b\n",
        r":2:comment: 'a\x07b': holds a character that cannot be seen, a control character (U+0007); "
        "allowed: the text without it",
    ),
    # the wide layout
    "wide: a bad cell and an unknown column": measured(
        "patient_id,day,vegf,il6,ferritin\nP01,1,x,5,7\nP01,1,3,\u20115,7\n",
        f":1:ferritin: unknown column; allowed: only patient_id, day, {MARKERS}, matrix, comment, "
        + ", ".join(
            f"{one}_{own}" for one in MARKERS.split(", ") for own in ("matrix", "assay", "uln", "unit", "comment")
        ),
        f":2:vegf: 'x': not a number; allowed: {NUMBER}",
        ":3:day: '1': the same patient, day and marker twice; allowed: one row each",
        ":3:day: '1': the same patient, day and marker twice; allowed: one row each",
        f":3:il6: '\u20115': not a number; allowed: {NUMBER}",
    ),
    "wide: a unit of one marker": measured(
        "patient_id,day,vegf,vegf_unit,il6\nP01,1,3,mg/L,5\n",
        f":2:vegf_unit: 'mg/L': differs from the marker's unit; allowed: {UNITS}",
    ),
    "wide: no day": measured(
        "patient_id,vegf\nP01,3\n", ":1:day: the column is missing; allowed: a column day"
    ),
    # patients and events
    "the same patient twice": (
        {"patients.csv": ("P08,male", "P07,male"), "measurements.csv": LONG, "events.csv": None},
        ["patients.csv:9:patient_id: 'P07': the same patient twice; allowed: one row a patient"],
    ),
    "patients that differ by capitals": (
        {"patients.csv": ("P08,male", "p07,male"), "measurements.csv": LONG, "events.csv": None},
        [f"patients.csv:9:patient_id: 'p07': differs from another patient by capitals only; allowed: {UNMISTAKEN}"],
    ),
    "no plain identifier": (
        {"patients.csv": ("P08,male", "P/08,male"), "measurements.csv": LONG, "events.csv": None},
        [f"patients.csv:9:patient_id: 'P/08': no plain identifier; allowed: {PLAIN}"],
    ),
    "an identifier with a Greek letter": (
        {"patients.csv": ("P08,male", "\u03a108,male"), "measurements.csv": LONG, "events.csv": None},
        [f"patients.csv:9:patient_id: '\u03a108': no plain identifier, with {RHO}; allowed: {PLAIN}"],
    ),
    "an answer that is not allowed": patients(
        "P01,male", "P01,M", ":2:sex: 'M': not an allowed answer; allowed: female, male, other, empty"
    ),
    "a score out of range": patients(
        ",1,4,none known", ",5,13,none known",
        ":2:ecog: '5': not an allowed answer; allowed: 0, 1, 2, 3, 4, empty",
        ":2:onls: '13': not an allowed answer; allowed: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, empty",
    ),
    "no patient at all": (
        {"patients.csv": "patient_id,infusion\n", "measurements.csv": LONG, "events.csv": None},
        ["patients.csv: no patient; allowed: at least one row"],
    ),
    "events of nobody, without name or day": (
        {"events.csv": "patient_id,day,event\nP77,1,infusion\nP01,x,infusion\nP01,1,\n"},
        [
            f"events.csv:2:patient_id: 'P77': unknown patient; allowed: {PATIENT}",
            f"events.csv:3:day: 'x': not a whole number of days; allowed: {DAY}",
            "events.csv:4:event: no name; allowed: the name of the event",
        ],
    ),
    # a patient whose row cannot be used is unknown to no other table
    "a patient with a field too many": patients(
        "P03,male", "P03,,male", ":4: '25 fields': more fields than columns; allowed: 24 fields"
    ),
    "a patient behind an open quotation mark": patients(
        "P03,male", 'P03,"male', ":4: a quotation mark is never closed; allowed: quotation marks in pairs"
    ),
    "a patient with a blank within": patients(
        "P03,male", "P 03,male", f":4:patient_id: 'P 03': no plain identifier; allowed: {PLAIN}"
    ),
    # settings
    "an unknown key": settings(
        "reference_day: infusion", "reference_dai: infusion",
        f":11:1:reference_dai: 'infusion': unknown key; allowed: {KEYS}",
    ),
    "an unknown key of a marker": settings(
        "    loinc: \"75628-8\"", "    loinx: \"75628-8\"",
        f":29:5:markers.vegf.loinx: '75628-8': unknown key; allowed: {KEYS}",
    ),
    "a limit below zero": settings(
        "uln: 7 ", "uln: -7 ",
        ":36:10:markers.il6.uln: '-7': Input should be greater than 0; allowed: above 0.0",
    ),
    "a limit that is yes": settings(
        "uln: 7 ", "uln: yes ",
        ":36:10:markers.il6.uln: 'True': Input should be a valid number; allowed: float type",
    ),
    "an infinite limit": settings(
        "uln: 7 ", "uln: .inf ",
        ":36:10:markers.il6.uln: 'inf': Input should be a finite number; allowed: finite number",
    ),
    "detection limits that fall": settings(
        "{lower: 1.5, upper: 5000}", "{lower: 5000, upper: 1.5}",
        f":37:5:markers.il6.detection: lower must be below upper; allowed: {FIT}",
    ),
    "a LOINC code mistyped": settings(
        "75628-8", "75682-8",
        f":29:12:markers.vegf.loinc: '75682-8': the check digit of the LOINC code does not fit; allowed: {FIT}",
    ),
    "phases with a gap": settings(
        "early: {first: 1, last: 100}", "early: {first: 2, last: 100}",
        f":12:1:phases: each phase must begin on the day after the one before it ends; allowed: {FIT}",
    ),
    "a version that is a number": settings(
        'version: "1.0.0"', "version: 1.10",
        f":7:10:version: '1.1': put the version in quotes, as a number 1.10 is read as 1.1; allowed: {FIT}",
    ),
    "an unknown response profile": settings(
        "response_profile: serum_1000", "response_profile: serum_999",
        ":18:19:response_profile: 'serum_999': Input should be 'mayo_plasma_200', 'serum_1000', 'chiba_serum_1040', "
        "'pumch_serum_600' or 'lab_uln'; allowed: 'mayo_plasma_200', 'serum_1000', 'chiba_serum_1040', "
        "'pumch_serum_600' or 'lab_uln'",
    ),
    "the same key twice": settings(
        "reference_day: infusion", 'title: "again"', f":11:1: the key 'title' twice; allowed: {ONCE}"
    ),
    "an alias": settings(
        "uln: 7 ", "uln: *uln ",
        f":36:10: an alias (*name), which settings do not use; allowed: {ONCE}",
    ),
    "a value that YAML cannot read": settings(
        "uln: 7 ", f"uln: 1{'0' * 5000} ", f":36:10: a value that cannot be read; allowed: {ONCE}"
    ),
    "no YAML": settings(
        "uln: 7 ", "uln: [7 ",
        ":37:5: no YAML: expected ',' or ']', but got '<scalar>'; allowed: valid YAML",
    ),
    "a marker named as a column": settings(
        "  il6:\n", "  value:\n",
        f":21:1:markers: a marker may not have the name of a column: value; allowed: {FIT}",
    ),
    "a landmark by a name of its own": settings(
        "  m3: {", "  spring: {",
        ":46:3:landmarks.spring: 'spring': a landmark is named d, w or m and a number of days, weeks or months, such "
        f"as m6; allowed: {FIT}",
    ),
    "a landmark that its name denies": settings(
        "  m3: {", "  m4: {", f":45:1:landmarks: m4 is day 91, which is 2.99 months; allowed: {FIT}"
    ),
    "a landmark outside its window": settings(
        "day: 91, first: 60", "day: 91, first: 92",
        f":46:3:landmarks.m3: the day must lie within its window, first to last; allowed: {FIT}",
    ),
    "a value for two landmarks": settings(
        "last: 136", "last: 137", f":45:1:landmarks: the windows of m3 and m6 overlap; allowed: {FIT}"
    ),
    "a landmark on the day after": settings(
        "first: 60", "first: 1",
        ":46:24:landmarks.m3.first: '1': Input should be greater than or equal to 2; allowed: at least 2",
    ),
    "a fall by all of it": settings(
        "partial_fall_percent: 50", "partial_fall_percent: 100",
        ":42:25:response.partial_fall_percent: '100': Input should be less than 100; allowed: below 100.0",
    ),
    "an unknown key of the curve": settings(
        "  factor: 2 ", "  factors: 2 ", f":54:3:reliability.factors: '2': unknown key; allowed: {KEYS}"
    ),
    "a window of one day": settings(
        "  factor: 2 ", "  factor: 1 ",
        ":54:11:reliability.factor: '1': Input should be greater than 1; allowed: above 1.0",
    ),
    "a test that always tells": settings(
        "alpha: 0.025", "alpha: 0.5",
        ":56:10:reliability.alpha: '0.5': Input should be less than 0.5; allowed: below 0.5",
    ),
    "half a patient": settings(
        "min_patients: 3", "min_patients: 2.5",
        ":55:17:reliability.min_patients: '2.5': Input should be a valid integer; allowed: int type",
    ),
    "an exemption of a misspelt column": settings(
        "  generalise: false", "  allow:\n    - {file: events, column: detial, reason: only names of drugs}\n #",
        ":74:30:privacy.allow.0.column: 'detial': no column of events; allowed: "
        "one of patient_id, day, event, detail",
    ),
    "settings too large": (
        {"study.yml": "#" * 100_001},
        ["study.yml: larger than 100000 bytes; allowed: settings of a reasonable size"],
    ),
}  # fmt: skip


def folder_with(make_study, edits):
    """The illustrative study with files replaced, or with one text in a file exchanged for another."""
    folder = make_study()
    for name, content in edits.items():
        path = folder / name
        if content is None:
            path.unlink()
            continue
        if isinstance(content, tuple):
            old, new = content
            text = path.read_text(encoding="utf-8")
            assert text.count(old) >= 1
            path.write_bytes(text.replace(old, new, 1).encode())
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def answers(folder):
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    return [str(one) for one in caught.value.problems]


@pytest.mark.parametrize("name", CASES)
def test_a_bad_study_is_answered_in_these_words(make_study, name):
    edits, expected = CASES[name]
    before = dict(edits)
    folder = folder_with(make_study, before)
    files = {path: path.read_bytes() for path in folder.iterdir()}
    assert answers(folder) == expected
    assert {path: path.read_bytes() for path in folder.iterdir()} == files


def test_there_are_sixty_or_more():
    assert len(CASES) >= 60
