"""Tables of what was measured: patients, measurements, response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from poems_report import formats
from poems_report.analysis.phases import phases_of, raised
from poems_report.labels import Labels, labels
from poems_report.study.config import PHASES
from poems_report.tables.plain import heads_of, plain_table, unbroken

if TYPE_CHECKING:
    from great_tables import GT

    from poems_report.analysis import Response, Results
    from poems_report.study import Study

UP = "↑"
DOMAINS = ("clinical_response", "neuropathy_response", "haematological_response", "imaging_response")


def patients(study: Study, results: Results) -> GT:
    """Who the patients are, when they were tested and how often."""
    words = labels()
    heads = heads_of("patients", ("patient", "sex", "age", "mprotein", "group", "visits", "days"), words)
    present = study.measurements[study.measurements["value"].notna()]
    days_of = {name: sorted(set(own["day"])) for name, own in present.groupby("patient_id")}
    rows = []
    for one in study.patients.to_dict("records"):
        name = str(one["patient_id"])
        days = days_of.get(name, [])
        rows.append(
            {
                "patient": name,
                "sex": _recorded(one["sex"], words),
                "age": _recorded(one["age_band"], words).replace("-", formats.DASH),
                "mprotein": _recorded(one["mprotein"], words),
                "group": words[f"group.{results.patients[name].group}"],
                "visits": formats.count(len(days)),
                "days": _span(days, words),
            }
        )
    return plain_table("patients", heads, rows, numbers=("visits",), notes=(words["table.patients.note"],))


def measurements(study: Study, results: Results) -> GT:
    """Every measurement as reported, one row a patient and day."""
    words = labels()
    markers = study.config.markers
    heads = heads_of("measurements", ("patient", "day", "phase"), words)
    heads |= {f"marker_{name}": f"{one.label}, {one.unit}" for name, one in markers.items()}
    table = study.measurements
    infused = dict(zip(study.patients["patient_id"], study.patients["infusion"] == "yes", strict=True))
    here = table["patient_id"].map(infused).to_numpy(dtype=bool)
    phase = np.array(PHASES)[phases_of(table["day"].to_numpy(), here, study.config)]
    above = raised(table["value"].to_numpy(), table["censored"].to_numpy(), table["uln"].to_numpy())
    rows: dict[tuple[str, int], dict[str, str]] = {}
    for one, phase_name, high in zip(table.to_dict("records"), phase, above, strict=True):
        row = rows.setdefault(
            (str(one["patient_id"]), int(one["day"])),
            {
                "patient": str(one["patient_id"]),
                "day": formats.day_number(int(one["day"])),
                "phase": words[f"phase.{phase_name}"],
                **{f"marker_{name}": words["common.not_measured"] for name in markers},
            },
        )
        if one["reported"]:
            sign = f"{UP}{formats.NBSP}" if high == 1 else ""
            row[f"marker_{one['marker']}"] = f"{sign}{one['reported']}"
    numbers = ("day", *(f"marker_{name}" for name in markers))
    limits = formats.listing(
        [f"{one.label} {formats.quantity(one.uln)}{formats.NBSP}{one.unit}" for one in markers.values()]
    )
    notes = (
        words.text("table.measurements.note", sign=UP, limits=limits),
        words["table.measurements.censored"],
        *_conversions(study, words),
    )
    return plain_table("measurements", heads, list(rows.values()), numbers=numbers, notes=notes)


def _conversions(study: Study, words: Labels) -> tuple[str, ...]:
    """A note on values that were reported in another unit; none where there are none."""
    table = study.measurements
    other = table[(table["reported"] != "") & (table["reported_unit"] != table["unit"])]
    if not len(other):
        return ()
    units = formats.listing(sorted(set(other["reported_unit"])))
    return (words.text("table.measurements.converted", units=units, count=formats.count(len(other))),)


def response(study: Study, results: Results) -> GT:
    """Response of the reference marker at the last visit that counts, beside the domains that clinicians enter."""
    words = labels()
    pair = study.config.pair or (next(iter(study.config.markers)),)
    marker = study.config.markers[pair[0]]
    keys = ("patient", "baseline", "visit", "category")
    heads = heads_of("response", keys, words, marker=marker.label, unit=marker.unit)
    heads |= {domain: words[f"response.domain.{domain}"] for domain in DOMAINS}
    reported = study.measurements[study.measurements["marker"] == pair[0]].set_index(["patient_id", "day"])[
        "reported"
    ]
    rows = []
    for one in study.patients.to_dict("records"):
        name = str(one["patient_id"])
        found = results.patients[name].response

        def value(day: int | None, name: str = name) -> str:
            if day is None:
                return words["table.response.none"]
            return f"{reported[(name, day)]} ({formats.day(day)})"

        rows.append(
            {
                "patient": name,
                "baseline": value(found.baseline_day),
                "visit": value(found.day),
                "category": category_of(found, study, words),
                **{domain: _recorded(one.get(domain, ""), words) for domain in DOMAINS},
            }
        )
    return plain_table("response", heads, rows, notes=_response_notes(study, results, words, marker))


def category_of(found: Response, study: Study, words: Labels) -> str:
    """A response in words, with its reason where it is not evaluable."""
    text = words[f"response.{found.category}"]
    if found.reason:
        day = formats.day(study.config.response_earliest_day)
        return f"{text} ({words.text(f'response.reason.{found.reason}', day=day)})"
    if not found.flag:
        return text
    rise = formats.as_set(study.config.response.progression_rise_percent)
    return f"{text} ({words.text(f'response.{found.flag}', rise=rise)})"


def _response_notes(study: Study, results: Results, words: Labels, marker: Any) -> tuple[str, ...]:
    cutoff, rules = results.cutoff, study.config.response
    if cutoff is None:
        return ()
    if cutoff.value is None:
        stated = words["report.cutoff_uln"]
    else:
        key = "report.cutoff" if cutoff.verified else "report.cutoff_unverified"
        stated = words.text(key, value=formats.quantity(cutoff.value), unit=marker.unit, source=cutoff.source)
    return (
        words.text(
            "table.response.definition",
            marker=marker.label,
            cutoff=stated,
            fall=formats.as_set(rules.partial_fall_percent),
            rise=formats.as_set(rules.progression_rise_percent),
        ),
        words.text("table.response.earliest", day=formats.day(study.config.response_earliest_day)),
        words["table.response.domains"],
    )


def _recorded(value: Any, words: Labels) -> str:
    return str(value) or words["common.not_recorded"]


def _span(days: list[int], words: Labels) -> str:
    if not days:
        return words["common.not_measured"]
    if len(days) == 1:
        return formats.day_number(days[0])
    return unbroken(
        words.text(
            "table.patients.span", first=formats.day_number(days[0]), last=formats.day_number(days[-1])
        )
    )
