from __future__ import annotations

import math

import pytest

from poems_report.errors import UsageError
from poems_report.patients import patient_view

WORD = {"yes": "yes", "no": "no", "na": "not assessed", "": "not assessed"}
SIGN = {"yes": "✓", "no": "✗", "na": "○", "": "○"}


def cells(view, settings):
    """(day, marker) to cell, from the table that the page shows."""
    label_of = {
        one["label"]: name for part in ("markers", "companions") for name, one in settings[part].items()
    }
    names = [label_of[head.label] for head in view.panel.visits.markers]
    found = {}
    for row in view.panel.visits.rows:
        day = int(row.day.replace("\u2212", "-"))
        found |= {(day, name): cell for name, cell in zip(names, row.cells, strict=True)}
    return found


def remarks(view):
    """What is said of each day, in the rows of the table or below it."""
    told = {int(row.day.replace("\u2212", "-")): row.remark for row in view.panel.visits.rows}
    for item in filter(None, view.panel.visits.remarks.split(" · ")):
        day, _, text = item.partition(": ")
        told[int(day.removeprefix("day\u00a0").replace("\u2212", "-"))] = text
    return told


def notes(view):
    return " ".join((*view.panel.notes, *view.response.notes, *view.limits.items))


def row_of(view, domain):
    return next(one for one in view.response.domains if one.name == domain)


def test_every_value_is_shown_as_reported(views, rows, settings):
    for patient, view in views.items():
        shown = cells(view, settings)
        for row in rows[patient]:
            cell = shown[int(row["day"]), row["marker"]]
            assert cell.text == (row["value"] or "no value")
            assert cell.known == bool(row["value"])


def test_companions_stand_beside_the_markers_as_reported(views, beside, settings):
    for patient, view in views.items():
        shown, told = cells(view, settings), beside.get(patient, [])
        measured = {row["marker"] for row in told}
        assert {name for _, name in shown} == {"vegf", "il6"} | measured
        assert view.panel.visits.companions == bool(told)
        for row in told:
            limit = settings["companions"][row["marker"]].get("uln", math.inf)
            cell = shown[int(row["day"]), row["marker"]]
            above = not row["value"].startswith("<") and float(row["value"]) > limit
            assert (cell.text, cell.raised) == (row["value"], above)
        assert shown.keys() - {(int(row["day"]), row["marker"]) for row in told} == {
            key for key, cell in shown.items() if key[1] not in measured or not cell.known
        }
        missing = [one["label"] for name, one in settings["companions"].items() if name not in measured]
        assert any("Not measured in this patient" in item for item in view.limits.items) == bool(missing)
        assert all(label in notes(view) for label in missing)


def test_a_companion_alone_makes_a_row_and_no_gap_of_a_marker(changed):
    study, results = changed(
        measurements=[("P01", -9, "vegf", 4000, ""), ("P01", 5, "crp", 80, ""), ("P01", 90, "vegf", 300, "")]
    )
    view = patient_view(study, results, "P01")
    assert [row.day for row in view.panel.visits.rows] == ["\u22129", "+5", "+90"]
    assert view.panel.visits.rows[1].cells[0].text == "not measured"
    assert len(view.panel.chart.panels[0].lines) == 1
    assert not any("VEGF: no value on" in item for item in view.limits.items)


def test_the_place_among_the_study_s_changes(views):
    """By the reported values: day +1 over the last before, 674/4309, 759/4992 and 534/3296; IL-6 likewise."""
    vegf = sorted({"P01": 674 / 4309, "P02": 759 / 4992, "P03": 534 / 3296}.items(), key=lambda one: one[1])
    il6 = sorted({"P01": 6.0 / 37.7, "P02": 5.5 / 64.5, "P03": 3.6 / 28.9}.items(), key=lambda one: one[1])
    for patient in ("P01", "P02", "P03"):
        first, second = ([name for name, _ in ranked].index(patient) + 1 for ranked in (vegf, il6))
        expected = f"Before infusion to the day after: VEGF {first} of 3, IL-6 {second} of 3."
        assert views[patient].place.items[0] == expected
    # To the lowest value: 309/4309 is the deepest fall; IL-6 of P01, P03, P04 and P06 ends below the assay's limit.
    assert "VEGF 1 of 7, IL-6 1 to 4 of 7" in views["P01"].place.items[1]
    assert views["P08"].place.items == ("No change to compare.",)
    for patient, view in views.items():
        others = set(views) - {patient}
        assert not any(other in " ".join(view.place.items) for other in others)


def test_places_among_few_are_withheld(changed):
    study, results = changed(settings={"  k: 2 ": "  k: 5 "})
    items = patient_view(study, results, "P01").place.items
    assert not any("day after" in item for item in items)
    assert "First to lowest later value: VEGF 1 of 7, IL-6 1 to 4 of 7." in items
    assert "Places among fewer than 5 patients are not shown." in items


def test_findings_are_shown_as_entered_or_named_as_missing(changed, views):
    assert all(view.findings is None for view in views.values())
    assert "Imaging, Pathology, Neurophysiology and Options and trials." in notes(views["P02"])
    study, results = changed(patients={"P02": {"imaging": "PET-CT day +355: no uptake"}})
    found = patient_view(study, results, "P02").findings
    assert [(one.name, one.text.text) for one in found.fields] == [
        ("Imaging", "PET-CT day +355: no uptake"),
        ("Pathology", "not recorded"),
        ("Neurophysiology", "not recorded"),
        ("Options and trials", "not recorded"),
    ]


@pytest.mark.parametrize(
    ("entered", "settings", "basis"),
    [
        ("improved (day +371)", {}, "entered by the clinicians; definition not recorded"),
        ("improved", {}, "entered by the clinicians; definition not recorded; day not recorded"),
        (
            "improved (day +371)",
            {"privacy:\n": "response_definitions: {clinical_response: our criteria of 2020}\nprivacy:\n"},
            "entered by the clinicians; definition: our criteria of 2020",
        ),
    ],
)
def test_an_entered_response_tells_its_definition_and_its_day(changed, entered, settings, basis):
    study, results = changed(patients={"P01": {"clinical_response": entered}}, settings=settings)
    assert row_of(patient_view(study, results, "P01"), "Clinical").basis == basis


def test_above_the_limit_is_marked_and_nothing_else(views, rows, settings):
    for patient, view in views.items():
        shown = cells(view, settings)
        for row in rows[patient]:
            limit = settings["markers"][row["marker"]]["uln"]
            above = bool(row["value"]) and not row["value"].startswith("<") and float(row["value"]) > limit
            cell = shown[int(row["day"]), row["marker"]]
            assert (cell.raised, cell.mark) == (above, "↑" if above else "")
        assert "↑ above" in notes(view)


def test_decimal_signs_stand_under_each_other(views, settings, root):
    """The width behind the last whole digit plus its padding is the same in every cell of a column."""
    from fontTools.ttLib import TTFont

    advance = {}
    for bold, face in ((False, "Regular"), (True, "Bold")):
        with TTFont(root / "templates" / "fonts" / f"SourceSans3-{face}.ttf") as font:
            signs = font.getBestCmap()
            for sign in ".0":
                advance[sign, bold] = font["hmtx"][signs[ord(sign)]][0] / font["head"].unitsPerEm
    for view in views.values():
        for place in range(len(view.panel.visits.markers)):
            widths = set()
            for row in view.panel.visits.rows:
                cell = row.cells[place]
                if cell.known:
                    tail = cell.text.partition(".")[2]
                    width = (advance[".", cell.raised] if tail else 0) + len(tail) * advance["0", cell.raised]
                    widths.add(round(width + cell.pad, 2))
            assert len(widths) == 1


def test_criteria_are_tri_state_with_sign_and_word(views, answers, study):
    from poems_report.labels import labels

    words = labels("en")
    for patient, view in views.items():
        shown = {item.name: item for group in view.diagnosis.groups for item in group.items}
        assert len(shown) == 11
        for name, label in ((key[10:], words[key]) for key in words.texts if key.startswith("criterion.")):
            answer = answers[patient][name]
            assert (shown[label].sign, shown[label].word) == (SIGN[answer], WORD[answer])
            assert shown[label].known == (answer in ("yes", "no"))


@pytest.mark.parametrize(
    ("answer", "summary"),
    [
        ({}, "As entered, the criteria are met."),
        ({"polyneuropathy": "no"}, "As entered, the criteria are not met."),
        ({"polyneuropathy": "na"}, "not met yet"),
        ({"castleman": "no", "sclerotic_lesions": "no", "vegf_elevation": "no"}, "are not met."),
        ({"castleman": "no", "sclerotic_lesions": "na", "vegf_elevation": "no"}, "not met yet"),
    ],
)
def test_what_the_criteria_amount_to(changed, answer, summary):
    study, results = changed(patients={"P01": answer})
    assert summary in patient_view(study, results, "P01").diagnosis.summary


def test_missing_fields_say_so(views, answers):
    for patient, view in views.items():
        assert view.question.text.known == bool(answers[patient]["question"])
        assert view.question.text.text == (answers[patient]["question"] or "not recorded")
        for name, domain in (("clinical_response", "Clinical"), ("imaging_response", "Imaging")):
            entered = answers[patient][name]
            assert row_of(view, domain).response.text == (entered or "not recorded")
        for field in view.status.fields:
            assert field.text.text


def test_gaps_are_named_by_marker_and_day(views, rows):
    for patient, view in views.items():
        for marker, label in (("vegf", "VEGF"), ("il6", "IL-6")):
            days = {int(row["day"]) for row in rows[patient]}
            told = {int(row["day"]) for row in rows[patient] if row["marker"] == marker and row["value"]}
            named = [item for item in view.limits.items if item.startswith(f"{label}: no value on")]
            assert bool(named) == bool(days - told)
            for day in days - told:
                assert f"day\u00a0+{day}" in named[0]


def test_no_value_before_infusion_is_named(views, rows, answers):
    for patient, view in views.items():
        late = answers[patient]["infusion"] == "yes" and min(int(row["day"]) for row in rows[patient]) > 0
        assert late == any("Without a value before infusion" in item for item in view.limits.items)


CONFOUNDERS = ("steroid premedication", "hydration", "platelets", "fever", "infection", "mucositis", "G-CSF")


def test_the_fall_on_the_day_after_is_never_alone(views, rows):
    for patient, view in views.items():
        day_after = [row for row in view.panel.visits.rows if row.day == "+1"]
        text = " ".join(view.panel.notes)
        if any(row["day"] == "1" for row in rows[patient]):
            assert "not a response time point" in remarks(view)[1]
            assert all(word in text for word in (*CONFOUNDERS, "engraftment syndrome", "early kinetics"))
        else:
            assert not day_after
            assert "steroid premedication" not in text


def test_a_raised_value_late_is_never_alone(views, rows, answers):
    for patient, view in views.items():
        told = [row for row in rows[patient] if row["marker"] == "vegf" and row["value"]]
        raised = float(told[-1]["value"]) > 1000 and int(told[-1]["day"]) > 0
        assert raised == any("iron deficiency" in note for note in view.panel.notes)
        assert not raised or patient in ("P05", "P06")


@pytest.mark.parametrize(
    ("event", "detail", "told"),
    [
        ("Tocilizumab", "8 mg/kg", "Tocilizumab (day\u00a0+20) disturbs IL-6 itself."),
        ("drug", "first dose of bevacizumab", "Bevacizumab (day\u00a0+20) disturbs VEGF itself."),
        ("drug", "lenalidomide", ""),
    ],
)
def test_a_drug_that_disturbs_its_marker_is_named(changed, event, detail, told):
    study, results = changed(events=[("P01", 20, event, detail), ("P01", 40, event, detail)])
    found = [one for one in patient_view(study, results, "P01").panel.notes if "disturbs" in one]
    assert found == ([told] if told else [])


def test_changes_are_those_of_the_reported_values(views, rows):
    found = {(row["day"], row["marker"]): row["value"] for row in rows["P01"]}
    before, after = float(found["-9", "vegf"]), float(found["1", "vegf"])
    first = views["P01"].panel.changes.groups[0]
    assert first.head == "Before infusion to the day after"
    assert first.rows[0].marker == "VEGF"
    assert first.rows[0].span == "\u22129 → +1"
    assert first.rows[0].percent == f"\u2212{abs(100 * (after / before - 1)):.0f}%"
    assert first.rows[0].log2 == f"\u2212{abs(math.log2(after / before)):.2f}"


def test_a_change_to_a_value_at_a_limit_is_a_bound(views):
    lowest = next(one for one in views["P01"].panel.changes.groups if one.head.startswith("First to lowest"))
    il6 = next(row for row in lowest.rows if row.marker == "IL-6")
    assert il6.percent == f"<\u2212{100 * (1 - 1.5 / 37.7):.0f}%"
    assert il6.log2.startswith("<\u2212")
    assert "A change with < or >" in notes(views["P01"])


def test_concordance_by_phase(views):
    told = {row.phase: (row.state, row.verdict) for row in views["P02"].panel.concordance.rows}
    assert told == {
        "active": ("both", "concordant"),
        "early": ("neither", "concordant"),
        "late": ("IL-6 only", "discordant"),
    }


def test_response_tells_its_rule_and_its_source(views):
    first = row_of(views["P01"], "VEGF")
    assert first.response.text == "complete (day\u00a0+371)"
    assert "4309 (day\u00a0−9)" in first.basis
    assert "1000 pg/mL in serum" in views["P01"].response.notes[0]
    assert "Gentile et al., Neurol Sci 2024;45:727" in views["P01"].response.notes[0]
    assert "confirmed locally" not in notes(views["P01"])


def test_without_infusion_there_is_no_response(views):
    shown = row_of(views["P08"], "VEGF").response
    assert (shown.text, shown.known) == ("not evaluable: no infusion", False)


def test_a_cutoff_taken_at_second_hand_is_to_be_confirmed(changed):
    study, results = changed(settings={"response_profile: serum_1000": "response_profile: pumch_serum_600"})
    assert "to be confirmed locally" in notes(patient_view(study, results, "P01"))


EDGE = [
    ({"response_profile: serum_1000": "response_profile: mayo_plasma_200"}, None, "another matrix"),
    ({}, [("P01", -9, "vegf", 900, ""), ("P01", 184, "vegf", 300, "")], "baseline normal"),
    ({}, [("P01", 184, "vegf", 300, "")], "no value before infusion"),
    ({}, [("P01", -9, "vegf", 4000, ""), ("P01", 30, "vegf", 300, "")], "no value from day\u00a0+60 on"),
    ({}, [("P01", -9, "vegf", 4000, ""), ("P01", 184, "vegf", "<1500", "")], "open"),
]


@pytest.mark.parametrize(("settings", "measurements", "reason"), EDGE)
def test_every_reason_not_to_evaluate_is_in_words(changed, settings, measurements, reason):
    study, results = changed(settings=settings, measurements=measurements)
    shown = row_of(patient_view(study, results, "P01"), "VEGF").response
    assert shown.text.startswith("not evaluable")
    assert reason in shown.text
    assert not shown.known


def test_progression_waits_for_a_second_sample(changed):
    values = [(-9, 4000), (90, 600), (180, 1800)]
    study, results = changed(measurements=[("P01", day, "vegf", value, "") for day, value in values])
    shown = row_of(patient_view(study, results, "P01"), "VEGF")
    assert "progression, to be confirmed by a second sample" in shown.response.text
    assert "lowest earlier 600 (day\u00a0+90)" in shown.basis
    assert "complete (day\u00a0+90)" in shown.basis


def test_a_rise_below_the_cutoff_is_flagged(changed):
    values = [(-9, 4000), (90, 300), (180, 800)]
    study, results = changed(measurements=[("P01", day, "vegf", value, "") for day, value in values])
    shown = row_of(patient_view(study, results, "P01"), "VEGF")
    assert shown.response.text.startswith("complete")
    assert "not progression" in shown.basis


def test_a_limit_on_the_wrong_side_is_open(changed, settings):
    study, results = changed(measurements=[("P01", -9, "il6", "<10", ""), ("P01", 90, "il6", ">5000", "")])
    view = patient_view(study, results, "P01")
    shown = cells(view, settings)
    assert (shown[-9, "il6"].mark, shown[-9, "il6"].raised) == ("?", False)
    assert (shown[90, "il6"].mark, shown[90, "il6"].raised) == ("↑", True)
    assert "leaves open" in notes(view)
    assert view.panel.changes.groups[0].rows[0].percent.startswith(">")


def test_a_patient_without_any_measurement_has_a_page(changed):
    study, results = changed(measurements=[("P02", 90, "vegf", 300, "")])
    view = patient_view(study, results, "P01")
    assert view.panel.chart is None
    assert view.panel.visits.rows == ()
    assert "Without any value: VEGF and IL-6." in view.limits.items
    assert "no measurement" in [fact.text for fact in view.header.facts]


def test_comments_stand_beside_their_visit(views, rows):
    for patient, view in views.items():
        for row in rows[patient]:
            if row["comment"]:
                assert row["comment"] in remarks(view)[int(row["day"])]


def test_observed_data_carry_no_notice_of_illustration(changed, views):
    assert all(view.running.notice == "Illustrative data · For research use" for view in views.values())
    study, results = changed(settings={"provenance: illustrative": "provenance: observed"})
    view = patient_view(study, results, "P01")
    assert view.running.notice == "For research use"
    assert not any("llustrative" in item for item in view.limits.items)
    assert view.running.decision_support == "Decision support, not a diagnosis"


def test_the_board_fills_in_its_own_part(views):
    names = [entry.name for row in views["P01"].board.rows for entry in row]
    assert {"Recommendation", "Owner", "Deadline", "Dissent", "Attendees"} <= set(names)


def test_an_unknown_patient_is_named(study, results):
    with pytest.raises(UsageError, match=r"P99.*P01, P02"):
        patient_view(study, results, "P99")


def test_a_value_of_many_decimals_does_not_push_the_others_off_their_column(changed):
    values = [(-9, "4000"), (30, "1333.333333333"), (90, "900")]
    study, results = changed(measurements=[("P01", day, "vegf", value, "") for day, value in values])
    rows = patient_view(study, results, "P01").panel.visits.rows
    assert [row.cells[0].pad for row in rows] == [0.0, 0.0, 0.0]
