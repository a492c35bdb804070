"""What the larger figures say: their captions, and their descriptions for a reader who does not see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from poems_report import formats
from poems_report.analysis.sensitivity import LEAVE_OUT, MAIN, PROFILE
from poems_report.figures import source
from poems_report.figures.sensitivity_rows import KINDS, groups_of
from poems_report.labels import Labels
from poems_report.wording import choice_name, p_text, result_name

if TYPE_CHECKING:
    import pandas as pd

    from poems_report.analysis import Results
    from poems_report.study import Study

TOLD_ONE_BY_ONE = 12
"""A description names every patient up to this many."""


def trajectories_caption(words: Labels, study: Study, overlaid: bool, letters: Mapping[str, str]) -> str:
    """What the trajectories show and how to read them; `letters` are those of the events."""
    events = formats.listing([f"{letter} {event}" for event, letter in letters.items()])
    kind = "overlaid" if overlaid else "caption"
    has_censored = bool((study.measurements["censored"] != 0).any())
    has_gap = bool(study.measurements["value"].isna().any())
    return source.finish(
        words,
        study,
        [
            words.text(
                f"figure.trajectories.{kind}",
                markers=source.marker_key(words, study, list(study.config.markers)),
                patients=formats.count_word(len(study.patients)),
            ),
            words["figure.limit_note"],
            words["figure.censored_note"] if has_censored else "",
            words["figure.gap_note"] if has_gap else "",
            words.text("figure.trajectories.events", events=events) if events else "",
            words["figure.axis_note"],
        ],
    )


def trajectories_alt(words: Labels, study: Study) -> str:
    """First and last value of every patient; of many patients, the range of each marker."""
    markers = study.config.markers
    told = study.measurements[study.measurements["value"].notna()]
    parts = []
    if len(study.patients) <= TOLD_ONE_BY_ONE:
        for patient, own in told.groupby("patient_id", sort=False):
            course = [
                _course(words, one.label, own[own["marker"] == name])
                for name, one in markers.items()
                if (own["marker"] == name).any()
            ]
            parts.append(
                words.text("figure.trajectories.alt_patient", patient=patient, course="; ".join(course))
            )
    else:
        for name, rows in told.groupby("marker", sort=False):
            ordered = rows.sort_values("value", kind="stable")
            parts.append(
                words.text(
                    "figure.trajectories.alt_range",
                    marker=markers[str(name)].label,
                    low=ordered["reported"].iloc[0],
                    high=ordered["reported"].iloc[-1],
                    unit=markers[str(name)].unit,
                )
            )
    head = words.text(
        "figure.trajectories.alt",
        markers=formats.listing([one.label for one in markers.values()]),
        patients=formats.count_word(len(study.patients)),
    )
    return source.finish(words, study, [head, *parts])


def _course(words: Labels, label: str, rows: pd.DataFrame) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    key = "figure.trajectories.alt_course" if len(rows) > 1 else "figure.trajectories.alt_single"
    return words.text(
        key,
        marker=label,
        first=source.shown(first),
        first_day=formats.day(int(first["day"])),
        last=source.shown(last, str(last["unit"])),
        last_day=formats.day(int(last["day"])),
    )


def day_after_caption(study: Study, results: Results, words: Labels, names: Sequence[str]) -> str:
    """What the change from before infusion to the day after shows, with estimate, interval, p and floor."""
    keys = source.marker_key(words, study, names)
    told = [_change(study, results, words, name) for name in names]
    moved = [
        words.text(key, marker=study.config.markers[name].label)
        for name in names
        for key in (f"patient.confounder.{name}", f"figure.disturbed.{name}")
        if key in words.texts
    ]
    head = words.text("figure.day_after.caption", markers=keys)
    return source.finish(words, study, [head, *told, words["patient.confounder.any"], *moved])


def _change(study: Study, results: Results, words: Labels, name: str) -> str:
    one = results[f"day_after.{name}.log2"]
    label = study.config.markers[name].label
    if one.estimate is None or one.p is None:
        reason = words.text("common.not_estimable", reason=one.reason)
        return words.text("figure.day_after.untold", marker=label, reason=reason)
    change = formats.percent(100 * (2**one.estimate - 1), signed=True)
    interval = ""
    if one.ci_low is not None and one.ci_high is not None and one.level is not None:
        interval = words.text(
            "figure.day_after.interval",
            level=formats.level(one.level),
            low=formats.percent(100 * (2**one.ci_low - 1), signed=True),
            high=formats.percent(100 * (2**one.ci_high - 1), signed=True),
        )
    return words.text(
        "figure.day_after.told",
        marker=label,
        change=change,
        interval=interval,
        p=p_text(one, words),
        note=f"; {one.note}" if one.note else "",
    )


def day_after_alt(
    study: Study, results: Results, words: Labels, names: Sequence[str], rows: pd.DataFrame
) -> str:
    """Both values of each patient, then the change."""
    sentences = []
    for name in names:
        config, own = study.config.markers[name], rows[rows["marker"] == name]
        if len(own) > TOLD_ONE_BY_ONE:
            continue
        courses = [
            words.text(
                "figure.day_after.alt_course",
                patient=row.patient_id,
                before=row.before_reported,
                after=row.after_reported,
            )
            for row in own.itertuples(index=False)
        ]
        sentences.append(
            words.text(
                "figure.day_after.alt_marker",
                marker=config.label,
                unit=config.unit,
                courses=formats.listing(courses),
            )
        )
    head = words["figure.day_after.alt"]
    told = [_change(study, results, words, name) for name in names]
    return source.finish(words, study, [head, *sentences, *told])


def _within_key(study: Study) -> str:
    return "within.{}_{}.r".format(*(study.config.pair or ("", "")))


def _within(study: Study, results: Results, words: Labels) -> str:
    one = results[_within_key(study)]
    if one.estimate is None:
        return words.text("figure.association.untold", reason=one.reason)
    interval = ""
    if one.ci_low is not None and one.ci_high is not None and one.level is not None:
        bounds = formats.interval(one.ci_low, one.ci_high)
        interval = words.text("figure.association.interval", level=formats.level(one.level), interval=bounds)
    return words.text(
        "figure.association.told",
        r=formats.decimals(one.estimate),
        interval=interval,
        n=formats.count(one.n or 0),
        visits=formats.count(one.observations or 0),
    )


def association_caption(study: Study, results: Results, words: Labels, lined: bool, limited: bool) -> str:
    """What the association shows, with the correlation within patients.

    Args:
        study: the study.
        results: what the analysis says of it.
        words: the catalogue.
        lined: whether there are lines of patients.
        limited: whether there are lines at the limits.
    """
    reference, candidate = (study.config.markers[name].label for name in study.config.pair or ("", ""))
    censored = bool((study.measurements["censored"] != 0).any())
    return source.finish(
        words,
        study,
        [
            words.text("figure.association.caption", reference=reference, candidate=candidate),
            words["figure.association.limits" if limited else "figure.association.no_limits"],
            words["figure.association.lines"] if lined else "",
            words["figure.censored_note"] if censored else "",
            _within(study, results, words),
        ],
    )


def association_alt(study: Study, results: Results, words: Labels, pairs: pd.DataFrame) -> str:
    """How many visits lie in each quadrant, and the correlation."""
    reference, candidate = (study.config.markers[name] for name in study.config.pair or ("", ""))
    up, across = pairs["candidate_raised"] == 1, pairs["reference_raised"] == 1
    known = pairs["concordant"] >= 0
    counts = {
        "both": (up & across & known).sum(),
        "neither": (~up & ~across & known).sum(),
        "reference_alone": (across & ~up & known).sum(),
        "candidate_alone": (up & ~across & known).sum(),
    }
    text = words.text(
        "figure.association.alt",
        reference=reference.label,
        candidate=candidate.label,
        visits=formats.count(len(pairs)),
        patients=formats.count_word(pairs["patient_id"].nunique()),
        **{name: formats.count(int(number)) for name, number in counts.items()},
    )
    return source.finish(words, study, [text, _within(study, results, words)])


def sensitivity_caption(study: Study, results: Results, words: Labels) -> str:
    """How the figure of sensitivity is read, with the levels of its intervals and the cut-offs that do not apply."""
    rows = results.sensitivity
    levels: dict[str, list[str]] = {}
    for one in rows:
        if one.kind == MAIN and one.level is not None:
            name = result_name(study, one.key, words)
            levels.setdefault(formats.level(one.level), []).append(name)
    usual = max(levels, key=lambda level: len(levels[level]), default="")
    others = [
        words.text("figure.sensitivity.level", level=level, names=formats.listing(names))
        for level, names in levels.items()
        if level != usual
    ]
    reasons = dict.fromkeys(
        words.text(
            "figure.sensitivity.reason",
            choice=choice_name(study, one.kind, one.choice, words),
            reason=one.reason,
        )
        for one in rows
        if one.estimate is None and (one.kind == PROFILE or (one.kind == LEAVE_OUT and not one.choice))
    )
    intervals = words.text("figure.sensitivity.intervals", level=usual) if usual else ""
    return source.finish(
        words,
        study,
        [
            words["figure.sensitivity.caption"],
            intervals,
            *others,
            words["figure.sensitivity.ranges"],
            *reasons,
        ],
    )


def sensitivity_alt(study: Study, results: Results, words: Labels) -> str:
    """Each main result with the range of its estimates under other choices, and without each patient."""
    told = []
    for group in groups_of(study, results.sensitivity, words, ranged=KINDS):
        main, *others = group.rows
        ranges = [f"{row.label} {row.text}" for row in others]
        told.append(
            words.text("figure.sensitivity.told", name=group.name, main=main.text, others="; ".join(ranges))
        )
    return source.finish(words, study, [words["figure.sensitivity.alt"], *told])
