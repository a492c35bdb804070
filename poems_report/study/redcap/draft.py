"""Drafts `mapping.yml` from a data dictionary: what can be recognised is filled in, the rest is left as `?`.

Recognised are fields named or labelled like a column of the study (as in the dictionary that this program writes),
checkbox choices labelled like one, answers such as yes, no, male, female in five languages, and the date of
infusion. Markers are never guessed by name: every field of numbers that is asked more than once is proposed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from poems_report.study.columns import PATIENT_COLUMNS, Column
from poems_report.study.redcap.dictionary import Field
from poems_report.study.redcap.export import INSTRUMENT, Export
from poems_report.study.redcap.mapping import FILL

MOST_PROPOSED = 12
_SYNONYMS = {
    "yes": "yes si sì oui ja sí 1 true",
    "no": "no non nein 0 false",
    "na": "na notassessed notdone unknown nonvalutato nonnoto inconnu unbekannt",
    "female": "female f femmina donna femme weiblich mujer femenino",
    "male": "male m maschio uomo homme männlich hombre masculino",
    "other": "other altro autre andere otro",
}
_INFUSION = re.compile(r"infus|transplant|trapianto|asct|bmt|stem|greffe|day_?0", re.IGNORECASE)
_REMARK = re.compile(r"comment|remark|note|detail|dettagli", re.IGNORECASE)
_NUMBER = r"\s*[<>]?\s*\d+(?:[.,]\d+)?\s*"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_MISSING = {
    "NI": "no information", "INV": "invalid", "UNK": "unknown", "NASK": "not asked", "ASKU": "asked, not known",
    "NAV": "temporarily unavailable", "MSK": "masked", "NA": "not applicable", "NAVU": "not available",
    "NP": "not present",
}  # fmt: skip
_HEAD = """\
# Drafted from a REDCap data dictionary. Fill in every "?" or delete its entry, check the rest, and run the same
# command again. Patients' answers and dates are never written here.
# A source is the name of a field, or one of
#   {field: ..., values: {"code": word}}   what each code becomes; without values its label
#   {field: ..., choice: "code"}           one box of a checkbox: ticked is yes
#   {field: ..., bands: 10}                an age in years as bands of ten
#   {field: ..., event: ...}               the field at one REDCap event
#   {text: ...}                            the same text in every row
"""


def draft_mapping(fields: dict[str, Field], export: Export) -> str:
    """The text of `mapping.yml`: of the fields that the export holds, with what a user must decide left open."""
    fields = {name: one for name, one in fields.items() if set(one.columns()) <= set(export.rows.columns)}
    patients = dict(_patients(fields))
    taken = {name for _, names in patients.values() for name in names} | {export.key}
    items = list(_measurements(fields, export, taken))
    zero = _day_zero(fields)
    blocks = [
        _HEAD,
        _study({name: label for markers, _ in items[:MOST_PROPOSED] for name, label in markers.items()}),
        _zero(zero, fields),
        'patient_id: {prefix: "", renumber: false}   # renumber: true gives new numbers; no link is kept\n',
        _patient_block(patients, fields),
        "\n".join(["measurements:", *(text for _, text in items[:MOST_PROPOSED]), *_left_out(items)]) + "\n",
        _events(fields, zero),
        _event_days(export),
        _missing(fields),
    ]
    return "\n".join(blocks)


def _study(markers: dict[str, str]) -> str:
    """The settings, with every proposed marker and its label."""
    entry = '{{label: {label}, unit: "?", matrix: "?", assay: "?", uln: "?"}}'
    lines = [
        "study:                      # becomes study.yml",
        '  title: "?"',
        '  authors: [{name: "?", affiliation: "", corresponding: true}]',
        '  version: "1.0.0"',
        "  provenance: observed",
        "  response_profile: lab_uln",
        "  markers:                  # delete those that are no marker, here and under measurements",
        *(
            f"    {_quoted(name)}: {entry.format(label=_quoted(label[:40] or FILL))}"
            for name, label in (markers or {FILL: FILL}).items()
        ),
    ]
    return "\n".join(lines) + "\n"


def _day_zero(fields: dict[str, Field]) -> str:
    dates = [field for field in fields.values() if field.is_date]
    found = [field.name for field in dates if _INFUSION.search(field.name) or _INFUSION.search(field.label)]
    return found[0] if found else FILL if dates else ""


def _zero(zero: str, fields: dict[str, Field]) -> str:
    dates = [field.name for field in fields.values() if field.is_date]
    listed = (
        f"date fields: {', '.join(dates)}" if dates else "the project has no date field: it must hold days"
    )
    return f'day_zero: "{zero}"   # the date of stem-cell infusion; {listed}\n'


def _patients(fields: dict[str, Field]) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
    """The source of each recognised column, as YAML, and the fields that it takes."""
    usable = [field for field in fields.values() if not field.identifier and not field.is_date]
    for column in PATIENT_COLUMNS[1:]:
        wanted = _norm(column.name)
        field = next((one for one in usable if wanted in {_norm(one.name), _norm(one.label)}), None)
        box = next(
            (
                (one.name, code)
                for one in usable
                if one.kind == "checkbox"
                for code, label in one.choices.items()
                if _norm(label) == wanted
            ),
            None,
        )
        if field is not None:
            yield column.name, (_source(field, column), (field.name,))
        elif box:
            yield column.name, (f"{{field: {_quoted(box[0])}, choice: {_quoted(box[1])}}}", (box[0],))
    age = next(
        (one for one in usable if _norm(one.name) in {"age", "eta", "ageyears"} and not one.choices), None
    )
    if age and "ageband" not in {_norm(one.name) for one in usable}:
        yield "age_band", (f"{{field: {_quoted(age.name)}, bands: 10}}", (age.name,))


def _source(field: Field, column: Column) -> str:
    if not field.choices or not column.allowed:
        return _quoted(field.name)
    values = {code: _answer(code, label, column.allowed) for code, label in field.choices.items()}
    pairs = ", ".join(f"{_quoted(code)}: {_quoted(word)}" for code, word in values.items())
    return f"{{field: {_quoted(field.name)}, values: {{{pairs}}}}}"


def _answer(code: str, label: str, allowed: tuple[str, ...]) -> str:
    for text in (code if not code.isdigit() or code in allowed else label, label):
        for word in allowed:
            if word and _norm(text) in {_norm(word), *_SYNONYMS.get(word, "").split()}:
                return word
    return FILL


def _patient_block(patients: dict[str, tuple[str, tuple[str, ...]]], fields: dict[str, Field]) -> str:
    lines = ["patients:"]
    for column in PATIENT_COLUMNS[1:]:
        if column.name in patients:
            source, used = patients[column.name]
            lines.append(f"  {column.name}: {source}   # {_comment(fields[used[0]].label)}")
        else:
            lines.append(f"  # {column.name}: ...   {_comment(column.meaning)}")
    return "\n".join(lines if patients else ["patients: {}", *lines[1:]]) + "\n"


def _measurements(
    fields: dict[str, Field], export: Export, taken: set[str]
) -> Iterator[tuple[dict[str, str], str]]:
    """The markers of each proposed item with their labels, and the item as YAML."""
    own = {name.removeprefix("measurement_"): name for name in fields if name.startswith("measurement_")}
    if {"marker", "value"} <= set(own):
        markers = fields[own["marker"]].choices
        values = ", ".join(f"{_quoted(code)}: {_quoted(code)}" for code in markers)
        marker = f"{{field: {own['marker']}, values: {{{values}}}}}" if markers else own["marker"]
        rest = [
            f"    {name}: {own[name]}"
            for name in ("day", "matrix", "assay", "uln", "unit", "comment")
            if name in own
        ]
        yield markers, "\n".join([f"  - marker: {marker}", f"    value: {own['value']}", *rest])
        return
    for field in fields.values():
        if field.name in taken or not _may_be_marker(field, export):
            continue
        marker = field.name if _NAME.fullmatch(field.name) else field.name[:32]
        lines = [
            f"  - marker: {{text: {_quoted(marker)}}}   # {_comment(field.label)}",
            f"    value: {_quoted(field.name)}",
        ]
        yield {marker: field.label}, "\n".join([*lines, *_time(field, fields), *_remark(field, fields)])


def _may_be_marker(field: Field, export: Export) -> bool:
    """A field of numbers that the export holds more often than once for some record."""
    if (
        field.kind not in {"text", "calc"}
        or field.identifier
        or field.is_date
        or field.name not in export.rows
    ):
        return False
    asked = export.rows[export.rows[field.name] != ""]
    repeated = bool((asked[INSTRUMENT] != "").any()) or bool(asked[export.key].duplicated().any())
    numbers = asked[field.name].str.fullmatch(_NUMBER).mean() if len(asked) else 0.0
    return repeated and float(numbers) > 0.5 and not re.search(r"(?:^|_)day(?:_|$)", field.name)


def _time(field: Field, fields: dict[str, Field]) -> list[str]:
    beside = [one for one in fields.values() if one.form == field.form]
    for one in beside:
        if one.is_date:
            return [f"    date: {_quoted(one.name)}"]
    days = [one.name for one in beside if re.search(r"(?:^|_)day(?:_|$)", one.name)]
    return [f"    day: {_quoted(days[0])}"] if days else ["    # neither date nor day: taken from event_days"]


def _remark(field: Field, fields: dict[str, Field]) -> list[str]:
    stem = field.name.split("_")[0]
    beside = [one for one in fields.values() if one.form == field.form and _REMARK.search(one.name)]
    own = [one.name for one in beside if one.name.startswith(stem) and not one.identifier]
    return [f"    comment: {_quoted(own[0])}"] if own else []


def _left_out(items: list[tuple[dict[str, str], str]]) -> list[str]:
    if not items:
        return ['  - marker: {text: "?"}', '    value: "?"', '    date: "?"']
    rest = [name for markers, _ in items[MOST_PROPOSED:] for name in markers]
    return [f"  # not drafted, add where wanted: {', '.join(rest)}"] if rest else []


def _events(fields: dict[str, Field], zero: str) -> str:
    lines = []
    if zero not in {"", FILL}:
        lines += ["  - event: {text: infusion}", f"    date: {_quoted(zero)}"]
    if {"event_event", "event_day"} <= set(fields):
        lines += ["  - event: event_event", "    day: event_day"]
        lines += ["    detail: event_detail"] if "event_detail" in fields else []
    example = "# - {event: {field: ..., values: {...}}, date: ..., detail: ...}"
    return "\n".join(["events:", *lines, f"  {example}"] if lines else ["events: []", example]) + "\n"


def _event_days(export: Export) -> str:
    """A day for each event of the project, where its name states one."""
    lines = []
    for name in export.events:
        stated = re.match(r"day_?(\d+)(?:_|$)", name)
        lines.append(f"  {_quoted(name)}: {stated[1] if stated else _quoted(FILL)}")
    words = "# the day of each event, for measurements without date or day; delete those not needed"
    return "\n".join(["event_days:   " + words, *lines] if lines else ["event_days: {}"]) + "\n"


def _missing(fields: dict[str, Field]) -> str:
    """The codes that REDCap recommends, but for those that a field uses as an answer."""
    used = {code for field in fields.values() for code in field.choices}
    lines = [f"  {_quoted(code)}: {meaning}" for code, meaning in _MISSING.items() if code not in used]
    return "\n".join(["missing:   # the project's missing-data codes and what each means", *lines]) + "\n"


def _norm(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    """A text that stays on its line."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:80]
