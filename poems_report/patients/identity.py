"""Who, why and where from: header, question, criteria, status, timeline."""

from __future__ import annotations

from poems_report import formats
from poems_report.analysis import PatientResult
from poems_report.patients.context import Context
from poems_report.patients.layout import LONG_EVENT, LONG_FIELD, LONG_ROW
from poems_report.patients.model import (
    CriteriaGroup,
    Criterion,
    Diagnosis,
    Field,
    Header,
    Status,
    Text,
    Timeline,
    TimelineItem,
)
from poems_report.patients.record import Record
from poems_report.study.columns import FINDINGS, MAJOR_CRITERIA, MANDATORY_CRITERIA, MINOR_CRITERIA

CRITERIA_GROUPS = (
    ("mandatory", MANDATORY_CRITERIA, len(MANDATORY_CRITERIA)),
    ("major", MAJOR_CRITERIA, 1),
    ("minor", MINOR_CRITERIA, 1),
)
"""Groups of criteria and how many of each are needed (Dispenzieri, Blood 2012;119:5650)."""

_SIGNS = {"yes": "✓", "no": "✗"}
_NOT_ASSESSED_SIGN = "○"


def header(record: Record, result: PatientResult, context: Context) -> Header:
    """Id, sex, age band, M-protein, group and last day of data."""
    words, fields = context.words, record.fields
    sex = Text(words[f"patient.sex.{fields['sex']}"]) if fields["sex"] else _missing("sex", context)
    age = (
        Text(words.text("patient.age", band=fields["age_band"].replace("-", formats.DASH)))
        if fields["age_band"]
        else _missing("age_band", context)
    )
    protein = Text(fields["mprotein"]) if fields["mprotein"] else _missing("mprotein", context)
    days = record.visit_days
    last = (
        Text(words.text("patient.last_day", day=context.day(days[-1])))
        if days
        else Text(words["patient.no_visits"], known=False)
    )
    group = Text(words[f"group.{result.group}"])
    return Header(record.patient_id, words["patient.title"], (sex, age, protein, group, last))


def _missing(name: str, context: Context) -> Text:
    what = context.words[f"patient.field.{name}"]
    return Text(context.words.text("patient.fact_missing", what=what), known=False)


def recorded(record: Record, name: str, context: Context) -> Text:
    """A free field as entered, or that nothing was recorded."""
    text = record.fields[name]
    return Text(text) if text else Text(context.words["common.not_recorded"], known=False)


def question(record: Record, context: Context) -> Field:
    """The question to the board."""
    return Field(context.words["patient.heading.question"], recorded(record, "question", context))


def diagnosis(record: Record, context: Context) -> Diagnosis:
    """The criteria checklist, and what the entered answers amount to."""
    words = context.words
    groups = tuple(
        CriteriaGroup(
            words[f"criteria.{key}"], tuple(_criterion(name, record.fields[name], context) for name in names)
        )
        for key, names, _ in CRITERIA_GROUPS
    )
    return Diagnosis(
        words["patient.heading.diagnosis"], groups, words[f"patient.criteria.{criteria_state(record)}"]
    )


def criteria_state(record: Record) -> str:
    """Whether the entered answers meet the criteria: `met`, `not_met` or, while answers are open, `open`."""
    needed = [
        (
            sum(record.fields[name] == "yes" for name in names),
            sum(record.fields[name] != "no" for name in names),
            least,
        )
        for _, names, least in CRITERIA_GROUPS
    ]
    if all(yes >= least for yes, _, least in needed):
        return "met"
    return "not_met" if any(possible < least for _, possible, least in needed) else "open"


def _criterion(name: str, answer: str, context: Context) -> Criterion:
    words = context.words
    known = answer in _SIGNS
    return Criterion(
        sign=_SIGNS.get(answer, _NOT_ASSESSED_SIGN),
        word=words[f"common.{answer}"] if known else words["common.not_assessed"],
        name=words[f"criterion.{name}"],
        known=known,
    )


def status(record: Record, context: Context) -> Status:
    """ECOG, ONLS, comorbidity and the patient's preference."""
    words = context.words
    fields = tuple(
        Field(words[f"patient.field.{name}"], recorded(record, name, context))
        for name in ("ecog", "onls", "comorbidity", "preference")
    )
    long = any(len(field.text.text) > LONG_FIELD for field in fields)
    return Status(words["patient.heading.status"], fields, long)


def findings(record: Record, context: Context) -> Status | None:
    """Imaging, pathology, neurophysiology and options; None where none was recorded, which the gaps then say."""
    words = context.words
    fields = tuple(
        Field(words[f"patient.field.{name}"], recorded(record, name, context)) for name in FINDINGS
    )
    if not any(field.text.known for field in fields):
        return None
    long = any(len(field.text.text) > LONG_ROW for field in fields)
    return Status(words["patient.heading.findings"], fields, long)


def timeline(record: Record, context: Context) -> Timeline:
    """Events in order of day."""
    items = tuple(
        TimelineItem(context.day(one.day), one.name, one.detail, len(one.name) + len(one.detail) > LONG_EVENT)
        for one in record.events
    )
    words = context.words
    return Timeline(
        words["patient.heading.timeline"], items, "" if items else words["patient.timeline_missing"]
    )
