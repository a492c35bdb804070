"""A REDCap project with coded answers, dates, events, repeating forms, checkboxes and missing-data codes."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poems_report import load_study
from poems_report.errors import StudyError
from poems_report.study.dictionary import redcap_dictionary
from poems_report.study.redcap import import_redcap
from poems_report.study.redcap.dictionary import HEADERS, parse_dictionary
from poems_report.study.redcap.export import parse_export

YESNO = ("castleman", "sclerotic_lesions", "vegf_elevation", "skin_changes", "papilloedema", "polyneuropathy",
         "monoclonal_disorder")  # fmt: skip
BOXES = {"organomegaly": "1", "volume_overload": "2", "endocrinopathy": "3", "thrombocytosis": "-9"}
TEXTS = ("age_band", "comorbidity", "clinical_response", "neuropathy_response", "haematological_response",
         "imaging_response", "question")  # fmt: skip
TYPES = ("conditioning", "steroid", "engraftment", "infection", "diagnosis", "infusion")

FIELDS = [
    # name, form, type, label, choices, validation, identifier
    ("record_id", "demographics", "text", "Record ID", "", "", ""),
    ("family_name", "demographics", "text", "Name", "", "", "y"),
    ("dob", "demographics", "text", "Date of birth", "", "date_dmy", "y"),
    ("gender", "demographics", "radio", "<b>Sex</b>", "1, Male | 2, Female | 3, Other", "", ""),
    ("mprotein", "demographics", "dropdown", "M-protein", "1, IgA lambda | 2, IgG lambda", "", ""),
    ("ecog", "demographics", "radio", "ECOG", "0, 0 | 1, 1 | 2, 2 | 3, 3 | 4, 4", "", ""),
    ("onls", "demographics", "text", "ONLS", "", "integer", ""),
    *((name, "demographics", "notes", name, "", "", "") for name in TEXTS),
    ("tx_date", "transplant", "text", "Date of stem-cell infusion", "", "date_dmy", ""),
    *((name, "diagnosis", "yesno", name.replace("_", " ").capitalize(), "", "", "") for name in YESNO),
    ("minor", "diagnosis", "checkbox", "Minor criteria",
     " | ".join(f"{code}, {name.replace('_', ' ').capitalize()}" for name, code in BOXES.items()), "", ""),
    ("sample_date", "labs", "text", "Sample taken", "", "datetime_dmy", ""),
    ("vegf", "labs", "text", "VEGF, pg/mL", "", "", ""),
    ("vegf_note", "labs", "text", "Remark", "", "", ""),
    ("il6", "labs", "text", "IL-6, pg/mL", "", "", ""),
    ("il6_note", "labs", "text", "Remark", "", "", ""),
    ("course_date", "course", "text", "Date", "", "date_ymd", ""),
    ("course_type", "course", "dropdown", "What", " | ".join(f"{n}, {t}" for n, t in enumerate(TYPES)), "", ""),
    ("course_detail", "course", "text", "Detail", "", "", ""),
]  # fmt: skip
STATUS = [f"{form}_complete" for form in ("demographics", "transplant", "diagnosis", "labs", "course")]


def dictionary_text(fields=FIELDS):
    text = io.StringIO(newline="")
    lines = csv.DictWriter(text, HEADERS, restval="")
    lines.writeheader()
    keys = [HEADERS[at] for at in (0, 1, 3, 4, 5, 7, 10)]
    lines.writerows(dict(zip(keys, field, strict=True)) for field in fields)
    return text.getvalue()


def export_rows(study):
    """The illustrative study as a unit would have entered it: day 0 of each patient on a day of its own."""
    rows = []
    for at, patient in enumerate(study.patients.to_dict("records"), start=1):
        zero = date(2019, 12, 20) + timedelta(days=17 * at)
        base = {"record_id": str(at), "redcap_data_access_group": "rome"}
        own = {"record_id": base["record_id"], **base, "redcap_event_name": "baseline_arm_1"}
        own |= {
            "family_name": f"Rossi{at}",
            "dob": "1960-02-03",
            "onls": patient["onls"],
            "ecog": patient["ecog"],
        }
        own |= {name: patient[name] for name in TEXTS}
        own["gender"] = {"male": "1", "female": "2", "other": "3"}[patient["sex"]]
        own["mprotein"] = {"IgA lambda": "1", "IgG lambda": "2"}[patient["mprotein"]]
        own["tx_date"] = zero.isoformat() if patient["infusion"] == "yes" else ""
        own |= {name: {"yes": "1", "no": "0", "na": "NASK"}[patient[name]] for name in YESNO}
        own |= {
            f"minor___{code.replace('-', '_')}": str(int(patient[name] == "yes"))
            for name, code in BOXES.items()
        }
        own |= {"demographics_complete": "2", "transplant_complete": "2", "diagnosis_complete": "2"}
        rows.append(own)
        mine = study.measurements[study.measurements["patient_id"] == patient["patient_id"]]
        for instance, (day, visit) in enumerate(mine.groupby("day"), start=1):
            lab = {
                "redcap_event_name": "followup_arm_1",
                "redcap_repeat_instrument": "labs",
                "labs_complete": "2",
            }
            lab |= {
                "redcap_repeat_instance": str(instance),
                "sample_date": f"{zero + timedelta(days=day)} 08:30",
            }
            for one in visit.to_dict("records"):
                lab |= {one["marker"]: one["reported"] or "UNK", f"{one['marker']}_note": one["comment"]}
            rows.append(base | lab)
        happened = study.events[study.events["patient_id"] == patient["patient_id"]]
        for instance, one in enumerate(happened.to_dict("records"), start=1):
            course = {"redcap_event_name": "followup_arm_1", "redcap_repeat_instrument": "course"}
            course |= {"redcap_repeat_instance": str(instance), "course_complete": "1"}
            course |= {"course_date": str(zero + timedelta(days=one["day"])), "course_detail": one["detail"]}
            rows.append(base | course | {"course_type": str(TYPES.index(one["event"]))})
    return rows


def export_text(rows, delimiter=","):
    fields = parse_dictionary(dictionary_text(), "d")
    columns = [name for field in fields.values() for name in field.columns()]
    system = [
        "redcap_event_name",
        "redcap_repeat_instrument",
        "redcap_repeat_instance",
        "redcap_data_access_group",
    ]
    text = io.StringIO(newline="")
    lines = csv.DictWriter(
        text, [columns[0], *system, *columns[1:], *STATUS], restval="", delimiter=delimiter
    )
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue()


def finished(draft, root):
    """The draft as a user would finish it."""
    mapping = yaml.safe_load(draft)
    mapping["study"] = yaml.safe_load((root / "data" / "study.yml").read_text(encoding="utf-8"))
    mapping["patient_id"]["prefix"] = "P0"
    for name in YESNO:
        mapping["patients"][name] = {"field": name, "values": {"1": "yes", "0": "no", "NASK": "na"}}
    mapping["events"] = [{"event": "course_type", "date": "course_date", "detail": "course_detail"}]
    mapping["event_days"] = {}
    return mapping


@pytest.fixture
def project(tmp_path, study, root):
    """Writes dictionary and export, finishes the draft; `run` imports with changed rows or mapping."""

    class Project:
        rows = export_rows(study)
        output = tmp_path / "study"
        export, dictionary, mapping = tmp_path / "export.csv", tmp_path / "dict.csv", tmp_path / "mapping.yml"

        def draft(self):
            self.dictionary.write_text(dictionary_text(), encoding="utf-8", newline="")
            self.export.write_text(export_text(self.rows), encoding="utf-8", newline="")
            return import_redcap(self.export, self.dictionary, tmp_path / "draft")

        def run(self, change=lambda mapping: None, delimiter=",", bom=False, **options):
            draft = self.draft().mapping
            mapping = finished(draft.read_text(encoding="utf-8"), root)
            draft.unlink()
            change(mapping)
            self.mapping.write_text(yaml.safe_dump(mapping, sort_keys=False), encoding="utf-8")
            text = export_text(self.rows, delimiter)
            self.export.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.encode())
            import_redcap(self.export, self.dictionary, self.output, self.mapping, **options)
            return load_study(self.output)

        def problems(self, change=lambda mapping: None, **options):
            with pytest.raises(StudyError) as caught:
                self.run(change, **options)
            assert not self.output.exists()
            return [str(one) for one in caught.value.problems]

        def row(self, record, form="", instance="1"):
            return next(
                row
                for row in self.rows
                if row["record_id"] == record
                and row.get("redcap_repeat_instrument", "") == form
                and row.get("redcap_repeat_instance", "1") == instance
            )

        def at(self, row):
            return f"export.csv:{self.rows.index(row) + 2}"

    return Project()


@pytest.mark.parametrize("options", [{}, {"delimiter": ";", "bom": True}, {"delimiter": "\t"}])
def test_the_round_trip_gives_the_same_study_field_by_field(project, study, options):
    found = project.run(**options)
    assert found.config == study.config
    for table in ("patients", "measurements", "events"):
        pd.testing.assert_frame_equal(getattr(found, table), getattr(study, table))


def test_no_date_no_name_and_no_record_name_leaves_the_importer(project):
    project.run(lambda mapping: mapping["patient_id"].update(renumber=True, prefix="X"))
    names = sorted(path.name for path in project.output.iterdir())
    assert names == ["events.csv", "measurements.csv", "patients.csv", "study.yml"]
    text = "".join(path.read_text(encoding="utf-8") for path in project.output.glob("*.csv"))
    assert not re.search(r"\d{4}-\d\d-\d\d|Rossi", text)
    assert load_study(project.output).patient_ids == tuple(f"X00{at}" for at in range(1, 9))


def test_the_dictionary_that_this_program_writes_needs_settings_only(tmp_path, study, root):
    (tmp_path / "dict.csv").write_bytes(redcap_dictionary(study.config))
    system = ["redcap_repeat_instrument", "redcap_repeat_instance"]
    rows = []
    for patient in study.patients.to_dict("records"):
        rows.append(patient)
        for form, table in (("measurements", study.measurements), ("events", study.events)):
            mine = table[table["patient_id"] == patient["patient_id"]].rename(
                columns={"value": "v", "reported": "value"}
            )
            for instance, one in enumerate(mine.to_dict("records"), start=1):
                own = {
                    f"{form[:-1]}_{name}": one[name]
                    for name in ("day", "marker", "value", "comment", "event", "detail")
                    if name in one
                }
                rows.append(
                    {
                        "patient_id": patient["patient_id"],
                        **dict(zip(system, (form, instance), strict=True)),
                        **own,
                    }
                )
    columns = list(dict.fromkeys(["patient_id", *system, *(name for row in rows for name in row)]))
    with (tmp_path / "export.csv").open("w", encoding="utf-8", newline="") as handle:
        lines = csv.DictWriter(handle, columns, restval="")
        lines.writeheader()
        lines.writerows(rows)
    output = tmp_path / "study"
    drafted = import_redcap(tmp_path / "export.csv", tmp_path / "dict.csv", output)
    assert drafted.drafted
    assert {one.column.split(".")[0] for one in drafted.to_fill} == {"study"}
    mapping = yaml.safe_load(drafted.mapping.read_text(encoding="utf-8"))
    mapping["study"] = yaml.safe_load((root / "data" / "study.yml").read_text(encoding="utf-8"))
    drafted.mapping.write_text(yaml.safe_dump(mapping), encoding="utf-8")
    assert not import_redcap(tmp_path / "export.csv", tmp_path / "dict.csv", output).drafted
    found = load_study(output)
    for table in ("patients", "measurements", "events"):
        pd.testing.assert_frame_equal(getattr(found, table), getattr(study, table))


def test_the_draft_recognises_what_it_can_and_asks_for_the_rest(project):
    drafted = project.draft()
    mapping = yaml.safe_load(drafted.mapping.read_text(encoding="utf-8"))
    assert mapping["day_zero"] == "tx_date"
    assert mapping["patients"]["sex"] == {
        "field": "gender",
        "values": {"1": "male", "2": "female", "3": "other"},
    }
    assert mapping["patients"]["castleman"] == {"field": "castleman", "values": {"1": "yes", "0": "no"}}
    assert mapping["patients"]["thrombocytosis"] == {"field": "minor", "choice": "-9"}
    assert "family_name" not in drafted.mapping.read_text(encoding="utf-8")
    assert mapping["measurements"] == [
        {"marker": {"text": "vegf"}, "value": "vegf", "date": "sample_date", "comment": "vegf_note"},
        {"marker": {"text": "il6"}, "value": "il6", "date": "sample_date", "comment": "il6_note"},
    ]
    assert {one.column for one in drafted.to_fill} == {
        "study.title", "study.authors.0.name",
        *(f"study.markers.{name}.{key}" for name in ("vegf", "il6") for key in ("unit", "matrix", "assay", "uln")),
        "event_days.baseline_arm_1", "event_days.followup_arm_1",
    }  # fmt: skip
    lines = drafted.mapping.read_text(encoding="utf-8").splitlines()
    assert all('"?"' in lines[one.row - 1] for one in drafted.to_fill)


def test_an_unfinished_mapping_is_refused_and_kept(project):
    drafted = project.draft()
    before = drafted.mapping.read_text(encoding="utf-8")
    with pytest.raises(StudyError, match=r"mapping\.yml:\d+:study\.title: '\?': to be filled in"):
        import_redcap(project.export, project.dictionary, drafted.mapping.parent)
    assert drafted.mapping.read_text(encoding="utf-8") == before


def test_a_missing_code_becomes_a_missing_value_with_its_meaning(project):
    row = project.row("3", "labs", "3")
    assert row["il6"] == "UNK"
    row["il6_note"] = ""
    lost = project.run().measurements.query("patient_id == 'P03' and day == 33 and marker == 'il6'")
    assert lost["reported"].tolist() == [""]
    assert lost["comment"].tolist() == ["unknown"]


def test_an_unticked_box_of_a_form_that_was_never_saved_is_not_a_no(project):
    row = project.row("1")
    row |= {f"minor___{code.replace('-', '_')}": "0" for code in BOXES.values()}
    row |= dict.fromkeys(YESNO, "") | {"diagnosis_complete": "0"}
    found = project.run().patients.iloc[0]
    assert [found[name] for name in BOXES] == ["", "", "", ""]


def test_a_box_marked_as_missing_is_not_a_no(project):
    row = project.row("1")
    row |= {f"minor___{code.replace('-', '_')}": "" for code in BOXES.values()}
    text = export_text(project.rows).splitlines()
    text = [
        text[0] + ",minor___unk",
        *(line + (",1" if at == 0 else ",0") for at, line in enumerate(text[1:])),
    ]
    fields = parse_dictionary(dictionary_text(), "d")
    export = parse_export("\n".join(text), fields, "e")
    from poems_report.study.redcap.mapping import Source
    from poems_report.study.redcap.values import read_source

    read = read_source(Source(field="minor", choice="1"), export.rows, export, fields, {"UNK": "unknown"})
    assert (read.values.iloc[0], read.missing.iloc[0]) == ("", "unknown")
    second = next(at for at, row in enumerate(project.rows) if row["record_id"] == "2")
    assert read.values.iloc[second] == "yes"


def test_ticked_boxes_without_a_choice_are_joined_and_ages_become_bands(project):
    for at, (row, age) in enumerate(
        zip([project.row(str(n)) for n in range(1, 9)], (59, 60, 9, 91, 104, 40, 49, ""), strict=True)
    ):
        row["onls"] = str(age)
        row["comorbidity"] = "" if at else row["comorbidity"]

    def change(mapping):
        mapping["patients"]["age_band"] = {"field": "onls", "bands": 10}
        mapping["patients"]["comorbidity"] = {"field": "minor"}
        del mapping["patients"]["onls"]

    found = project.run(change).patients
    assert found["age_band"].tolist() == ["50-59", "60-69", "0-9", "90+", "90+", "40-49", "40-49", ""]
    assert found["comorbidity"][0] == "Organomegaly; Volume overload; Endocrinopathy; Thrombocytosis"


def test_events_of_redcap_give_the_day_where_no_date_is_asked(project):
    project.rows = [row for row in project.rows if row.get("redcap_repeat_instance", "1") == "1"]
    for row in project.rows:
        row.pop("course_type", None)

    def change(mapping):
        for item in mapping["measurements"]:
            del item["date"]
        mapping["event_days"] = {"followup_arm_1": 30}
        mapping["events"] = []

    found = project.run(change)
    assert set(found.measurements["day"]) == {30}
    assert found.events.empty


def test_a_patient_without_infusion_counts_from_the_first_visit(project, study):
    row = project.row("8", "labs")
    row["sample_date"] = "2020-05-01 10:00"
    project.rows.append(row | {"sample_date": "2020-05-31 23:59", "redcap_repeat_instance": "2"})
    project.row("8", "course")["course_date"] = "2020-04-30"
    found = project.run()
    assert found.measurements.query("patient_id == 'P08'")["day"].tolist() == [0, 0, 30, 30]
    assert found.events.query("patient_id == 'P08'")["day"].tolist() == [-1]


FAULTS = {
    "two dates of infusion": (
        lambda project: project.rows.append(project.row("2") | {"tx_date": "2021-01-01"}),
        None,
        lambda project: f"{project.at(project.rows[-1])}:tx_date: differs from the record's earlier answer; "
        "allowed: one date a record",
    ),
    "infused without a date": (
        lambda project: project.row("2").update(tx_date=""),
        lambda mapping: mapping["patients"].update(infusion={"text": "yes"}),
        lambda project: f"{project.at(project.row('2'))}:tx_date: infused, but without the date of infusion; "
        "allowed: the date of day 0",
    ),
    "a sample without a date": (
        lambda project: project.row("2", "labs").update(sample_date=""),
        None,
        lambda project: f"{project.at(project.row('2', 'labs'))}:sample_date: no date; "
        "allowed: the date or day of this measurement or event",
    ),
    "a date in another notation": (
        lambda project: project.row("2", "labs").update(sample_date="31/01/2020"),
        None,
        lambda project: f"{project.at(project.row('2', 'labs'))}:sample_date: no date as REDCap writes it; "
        "allowed: year-month-day",
    ),
    "an unknown code": (
        lambda project: project.row("2").update(gender="7"),
        None,
        lambda project: f"{project.at(project.row('2'))}:gender: a code that the mapping does not name; "
        "allowed: one of 1, 2, 3",
    ),
    "a value that is no number": (
        lambda project: project.row("2", "labs").update(vegf="high"),
        None,
        lambda project: f"{project.at(project.row('2', 'labs'))}:vegf: 'high': not a number;",
    ),
    "the same day twice": (
        lambda project: project.row("2", "labs", "2").update(sample_date=project.row("2", "labs")["sample_date"]),
        None,
        lambda project: f"{project.at(project.row('2', 'labs', '2'))}:sample_date: '-14': "
        "the same patient, day and marker twice;",
    ),
    "answers that differ": (
        lambda project: project.rows.append(project.row("2") | {"redcap_event_name": "late_arm_1", "onls": "9"}),
        None,
        lambda project: f"{project.at(project.rows[-1])}:onls: differs from the record's earlier answer; "
        "allowed: one answer a record, or event: in the mapping",
    ),
    "no day of an event": (
        None,
        lambda mapping: [item.pop("date") for item in mapping["measurements"]],
        lambda project: f"{project.at(project.row('1', 'labs'))}:redcap_event_name: 'followup_arm_1': "
        "no day for this event; allowed: a day for followup_arm_1 in event_days, or date: or day: in measurements.0",
    ),
    "an identifier": (
        None,
        lambda mapping: mapping["patients"].update(comorbidity="family_name"),
        lambda _: "mapping.yml:patients.comorbidity: 'family_name': marked as an identifier in REDCap; "
        "allowed: a field that identifies nobody",
    ),
    "a date as text": (
        None,
        lambda mapping: mapping["patients"].update(question="tx_date"),
        lambda _: "mapping.yml:patients.question: 'tx_date': a date, which never leaves the importer; "
        "allowed: a date only as date: or day_zero:",
    ),
    "an unknown field": (
        None,
        lambda mapping: mapping["patients"].update(question="asked"),
        lambda _: "mapping.yml:patients.question: 'asked': no such field; allowed: a field of the data dictionary",
    ),
    "a code that the field lacks": (
        None,
        lambda mapping: mapping["patients"]["sex"]["values"].update({"9": "other"}),
        lambda _: "mapping.yml:patients.sex: '9': no code of this field; allowed: 1, 2, 3",
    ),
    "a choice of no checkbox": (
        None,
        lambda mapping: mapping["patients"].update(castleman={"field": "gender", "choice": "1"}),
        lambda _: "mapping.yml:patients.castleman: 'gender': no checkbox; allowed: choice: for a checkbox only",
    ),
    "a text as date": (
        None,
        lambda mapping: mapping.update(day_zero="onls"),
        lambda _: "mapping.yml:day_zero: 'onls': a field of another kind; allowed: a field validated as a date",
    ),
    "two forms in one item": (
        None,
        lambda mapping: mapping["measurements"][0].update(date="course_date"),
        lambda _: "mapping.yml:measurements.0: 'course, labs': fields of several forms, one of which repeats; "
        "allowed: fields of one form",
    ),
    "settings that the study refuses": (
        None,
        lambda mapping: mapping["study"]["markers"]["vegf"].update(uln=-1),
        lambda _: "mapping.yml:study.markers.vegf.uln: '-1': ",
    ),
    "a column that patients.csv lacks": (
        None,
        lambda mapping: mapping["patients"].update(dob="dob"),
        lambda _: "patients.csv has no column dob",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named_by_line_and_field_and_nothing_is_written(project, name):
    rows, mapping, expected = FAULTS[name]
    if rows:
        rows(project)
    problems = project.problems(mapping or (lambda _: None))
    assert any(expected(project) in one for one in problems), problems
    assert not re.search(r"\d{4}-\d\d-\d\d|31/01/2020", "\n".join(problems))


def test_a_study_is_not_replaced_unless_asked(project):
    project.run()
    with pytest.raises(StudyError, match="the folder holds a study"):
        project.run()
    project.row("1").update(onls="6")
    assert project.run(force=True).patients["onls"][0] == "6"


EXPORTS = {
    "": "e.csv: the export has no rows; allowed: a header and rows",
    "Record ID,Sex\n1,Male\n": "e.csv:1: an export of labels; allowed: an export as CSV / raw data, not labels",
    "gender\n1\n": "e.csv:1: the column 'record_id' of the record is missing;",
    "record_id,gender\n1\n": "e.csv:2: 1 fields; allowed: 2 fields, as in the header",
    "record_id,weight\n1,80\n": "e.csv:1:weight: a column that the data dictionary lacks;",
    "record_id,gender,gender\n1,1,1\n": "e.csv:1: the column 'gender' twice; allowed: each column once",
    "record_id,gender\n,1\n": "e.csv:2: no record: record_id is empty; allowed: the record in every line",
    'record_id,gender\n1,"2\n': "e.csv:2: no CSV: unexpected end of data;",
}


@pytest.mark.parametrize("text", EXPORTS)
def test_what_is_no_raw_export_is_refused(text):
    with pytest.raises(StudyError) as caught:
        parse_export(text, parse_dictionary(dictionary_text(), "d"), "e.csv")
    assert str(caught.value.problems[0]).startswith(EXPORTS[text])


def test_a_line_break_within_an_answer_does_not_move_the_line_numbers():
    export = parse_export(
        'record_id,comorbidity\n1,"a\nb"\n2,c\n', parse_dictionary(dictionary_text(), "d"), "e.csv"
    )
    assert list(export.rows.index) == [2, 4]


DICTIONARIES = {
    "": "d.csv:1: no REDCap data dictionary: 'Variable / Field Name' is missing;",
    dictionary_text([]): "d.csv: no field; allowed: at least one line",
    dictionary_text(
        [*FIELDS, FIELDS[0]]
    ): f"d.csv:{len(FIELDS) + 2}:Variable / Field Name: 'record_id': the same field twice;",
    dictionary_text(
        [("Sex", "f", "text", "", "", "", "")]
    ): "d.csv:2:Variable / Field Name: 'Sex': no name of a field;",
    dictionary_text(
        [("sex", "f", "photo", "", "", "", "")]
    ): "d.csv:2:Field Type: 'photo': unknown field type;",
    dictionary_text(
        [("sex", "f", "radio", "", "", "", "")]
    ): "d.csv:2:Choices, Calculations, OR Slider Labels: no choices;",
    dictionary_text(
        [("sex", "f", "radio", "", "1, Male | 1, Female", "", "")]
    ): "d.csv:2:Choices, Calculations, OR Slider Labels: '1, Male | 1, Female': no choices;",
}


@pytest.mark.parametrize("text", DICTIONARIES)
def test_what_is_no_dictionary_is_refused(text):
    with pytest.raises(StudyError) as caught:
        parse_dictionary(text, "d.csv")
    assert str(caught.value.problems[0]).startswith(DICTIONARIES[text])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_random_bytes_are_refused_in_words(tmp_path, first, second):
    export, dictionary = tmp_path / "e.csv", tmp_path / "d.csv"
    export.write_bytes(first)
    dictionary.write_bytes(second)
    with pytest.raises(StudyError):
        import_redcap(export, dictionary, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutated_export_gives_a_study_or_problems(tmp_path, project, root, data):
    draft = project.draft().mapping
    mapping = finished(draft.read_text(encoding="utf-8"), root)
    draft.unlink()
    project.mapping.write_text(yaml.safe_dump(mapping, sort_keys=False), encoding="utf-8")
    rows = [dict(row) for row in project.rows]
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.sampled_from(rows))
        name = data.draw(st.sampled_from(sorted(row)))
        row[name] = data.draw(
            st.one_of(st.text(max_size=12), st.sampled_from(["", "1", "UNK", "2020-02-30", "-5"]))
        )
    project.export.write_text(export_text(rows), encoding="utf-8", newline="", errors="replace")
    try:
        import_redcap(project.export, project.dictionary, project.output, project.mapping, force=True)
    except StudyError as error:
        assert error.problems
    else:
        load_study(project.output)
