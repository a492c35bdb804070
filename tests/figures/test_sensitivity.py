"""The figure of sensitivity: every choice stands in its place, with the number of the results."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poems_report.errors import AnalysisError
from poems_report.figures import figure
from tests.figures import art

_HEADS = {
    "day_after.vegf.log2": "Change of VEGF to the day after (log2)",
    "day_after.il6.log2": "Change of IL-6 to the day after (log2)",
    "within.vegf_il6.r": "Correlation within patients",
    "between.vegf_il6.r": "Correlation of patients' means",
    "phase.active.vegf_il6.tau": "Rank correlation, active disease",
    "phase.early.vegf_il6.tau": "Rank correlation, early after infusion",
    "phase.late.vegf_il6.tau": "Rank correlation, late after infusion",
    "agreement.active": "Agreement, active disease",
    "agreement.early": "Agreement, early after infusion",
    "agreement.late": "Agreement, late after infusion",
    "agreement.patients": "Agreement in every phase",
    "response.complete": "Complete response of VEGF",
}
_WIDTHS = (170, 150, 120, 85)
_MM = 25.4


@pytest.fixture(scope="module")
def rows(results):
    """The rows as `results.json` has them, by result."""
    found: dict[str, list[dict]] = {}
    for one in results.to_dict()["sensitivity"]:
        found.setdefault(one["key"], []).append(one)
    return found


@pytest.fixture(scope="module")
def canvas(study, results):
    return art.draw(figure("sensitivity", study, results))


def _middle(box) -> float:
    return (box.y0 + box.y1) / 2


def _below(canvas, head: str, count: int) -> list[tuple[str, object]]:
    """The texts of so many rows below the head of a group: label and number of the first row, of the second."""
    found = art.texts(canvas)
    start = next(box for text, box in found if text == head)
    pixel = canvas.dpi / _MM
    column = start.x0 + pixel, start.x0 + 80 * pixel
    own = [one for one in found if one[1].y1 < start.y1 - pixel and column[0] < one[1].x0 < column[1]]
    own.sort(key=lambda one: -_middle(one[1]))
    pairs = zip(own[0 : 2 * count : 2], own[1 : 2 * count : 2], strict=True)
    return [one for pair in pairs for one in sorted(pair, key=lambda one: one[1].x0)]


@pytest.mark.parametrize("width", _WIDTHS)
def test_no_text_is_cut_or_lies_on_another(width, study, results) -> None:
    one = figure("sensitivity", study, results, width)
    assert one.height_mm <= 225
    art.assert_clear(art.draw(one))


@pytest.mark.parametrize("key", _HEADS)
def test_every_choice_has_a_row_with_its_number(key, rows, canvas) -> None:
    share = key.startswith(("agreement", "response"))
    single = [one for one in rows[key] if one["kind"] != "leave_out"]
    texts = [text for text, _ in _below(canvas, _HEADS[key], len(single) + 1)]
    for place, one in enumerate(single):
        value = one["estimate"]
        if value is None:
            expected = "not estimable"
        elif one["of"] is not None:
            expected = f"{value:.0f} of {one['of']}"
        else:
            expected = f"{100 * value + 1e-9:.0f}%" if share else f"{value:.2f}".replace("-", "\u2212")
        assert texts[2 * place + 1] == expected, texts
    assert texts[0] == "as analysed"
    assert texts[2 * len(single)] == "one patient left out"


def test_leaving_out_names_the_patient_who_matters_most(canvas) -> None:
    # Without P08, the one patient at diagnosis with the highest means, they hardly correlate.
    assert _below(canvas, "Correlation of patients' means", 4)[-1][0] == "0.06 to 0.86 (P08)"
    late = next(text for text, _ in art.texts(canvas) if text.startswith("50% to"))
    # 4 of 7 agree: without one of the three who do not, 4 of 6; without one who does, 3 of 6.
    assert late == "50% to 67% (P02 +2)"


@pytest.mark.parametrize(
    ("key", "low", "high"),
    [
        ("within.vegf_il6.r", "\u22121", "1"),
        ("agreement.late", "0%", "100%"),
        ("day_after.il6.log2", "\u22124", "0"),
    ],
)
def test_points_and_intervals_stand_at_their_values(key, low, high, rows, canvas) -> None:
    texts, pixel = art.texts(canvas), canvas.dpi / _MM
    head = next(box for text, box in texts if text == _HEADS[key])
    # The number at the low end of the axis stands below the group only once, that at the high end beside it.
    under = [box for text, box in texts if text == low and box.y0 < head.y0 and box.x0 > head.x0]
    start = max(under, key=lambda box: box.y0 - box.x0)
    level = [box for text, box in texts if text == high and abs(box.y0 - start.y0) < pixel]
    end = min((box for box in level if box.x0 > start.x0), key=lambda box: box.x0)
    first, last = (
        float(label.replace("\u2212", "-").rstrip("%")) / (100 if "%" in label else 1)
        for label in (low, high)
    )
    left, right = ((box.x0 + box.x1) / 2 for box in (start, end))

    def place(value: float) -> float:
        return left + (value - first) / (last - first) * (right - left)

    single = [one for one in rows[key] if one["kind"] != "leave_out"]
    heights = [_middle(box) for _, box in _below(canvas, _HEADS[key], len(single) + 1)]
    points, lines = art.points(canvas), art.lines(canvas)
    for row, one in enumerate(single):
        if one["estimate"] is None:
            continue
        near = abs(points[:, 1] - heights[2 * row]) < 1.2 * pixel
        assert min(abs(points[near, 0] - place(one["estimate"]))) < 0.3 * pixel
        level = (abs(lines[:, 1] - heights[2 * row]) < 1.2 * pixel) & (lines[:, 1] == lines[:, 3])
        ends_of = abs(lines[level][:, [0, 2]] - [place(one["ci_low"]), place(one["ci_high"])]).max(axis=1)
        assert min(ends_of) < 0.3 * pixel
    left_out = [one["estimate"] for one in rows[key] if one["kind"] == "leave_out"]
    level = (abs(lines[:, 1] - heights[-1]) < 1.2 * pixel) & (lines[:, 1] == lines[:, 3])
    ends_of = abs(lines[level][:, [0, 2]] - [place(min(left_out)), place(max(left_out))]).max(axis=1)
    assert min(ends_of) < 0.3 * pixel


def test_data_are_all_rows_of_the_results(study, results) -> None:
    data = figure("sensitivity", study, results).data
    told = results.to_dict()["sensitivity"]
    assert len(data) == len(told)
    for row, one in zip(data.to_dict("records"), told, strict=True):
        assert (row["result"], row["choice changed"], row["choice"]) == (
            one["key"],
            one["kind"],
            one["choice"],
        )
        for column, name in (("estimate", "estimate"), ("interval low", "ci_low"), ("p", "p")):
            assert row[column] == pytest.approx(float("nan") if one[name] is None else one[name], nan_ok=True)
        assert one["p"] is None or row["n (patients)"] == one["n"]


def test_caption_tells_the_other_levels_and_what_does_not_apply(study, results) -> None:
    told = figure("sensitivity", study, results).caption
    # Three pairs: 2 ** 3 sign patterns, so the widest exact interval has level 1 - 2 / 8.
    assert "75% for Change of VEGF to the day after (log2) and Change of IL-6" in told
    assert "cut-off 200 pg/mL, the cut-off belongs to plasma" in told


def test_many_patients_are_not_left_out_and_the_caption_says_so(study, results) -> None:
    kept = tuple(one for one in results.sensitivity if one.kind != "leave_out")
    reason = "60 patients: leaving out one in turn is done up to 50"
    mains = [one for one in kept if one.kind == "main"]
    added = tuple(replace(one, kind="leave_out", estimate=None, reason=reason) for one in mains)
    order = {one.key: place for place, one in enumerate(mains)}
    rows = tuple(sorted((*kept, *added), key=lambda one: order[one.key]))
    made = figure("sensitivity", study, replace(results, sensitivity=rows))
    assert reason in made.caption
    assert "one patient left out not estimable" in made.alt
    art.assert_clear(art.draw(made))


def test_a_patient_without_whom_nothing_is_estimable_is_named(study, results) -> None:
    lost = tuple(
        replace(one, estimate=None, ci_low=None, ci_high=None, p=None, reason="one pair")
        if (one.key, one.choice) == ("within.vegf_il6.r", "P03")
        else one
        for one in results.sensitivity
    )
    made = figure("sensitivity", study, replace(results, sensitivity=lost))
    told = next(one for one in made.alt.split(". ") if one.startswith("Correlation within patients: 0.88"))
    assert told.endswith("one patient left out 0.81 to 0.94 (P03)")


def test_no_result_no_figure(study, results) -> None:
    none = tuple(replace(one, estimate=None, reason="no value") for one in results.sensitivity)
    with pytest.raises(AnalysisError, match="needs a main result"):
        figure("sensitivity", study, replace(results, sensitivity=none))
