"""Every figure: size, data, words; what a study without the second marker or without values gives."""

from __future__ import annotations

import csv
from copy import deepcopy
from pathlib import Path

import pytest

from poems_report import analyse, load_study
from poems_report.errors import AnalysisError
from poems_report.figures import NAMES, all_figures, figure
from poems_report.figures.theme import drawing, inches
from tests.figures import art

_ONE_MARKER = """
title: "One marker"
authors: [{name: "A"}]
version: "1.0"
provenance: observed
markers:
  crp: {label: CRP, unit: mg/L, matrix: serum, assay: X, uln: 5}
"""
_TWO_MARKERS = """
title: "Two markers"
authors: [{name: "A"}]
version: "1.0"
provenance: observed
markers:
  crp: {label: CRP, unit: mg/L, matrix: serum, assay: X, uln: 5}
  ferritin: {label: Ferritin, unit: ug/L, matrix: serum, assay: X, uln: 300}
"""


def _study(folder: Path, config: str, patients: str, measurements: str, events: str = ""):
    folder.mkdir()
    (folder / "study.yml").write_text(config)
    (folder / "patients.csv").write_text("patient_id,infusion\n" + patients)
    (folder / "measurements.csv").write_text("patient_id,day,marker,value,uln\n" + measurements)
    if events:
        (folder / "events.csv").write_text("patient_id,day,event,detail\n" + events)
    return load_study(folder)


def _rows(root: Path, name: str) -> list[dict[str, str]]:
    """Rows of a file; of the measurements those of the markers, as no figure shows a companion."""
    with (root / "data" / name).open(newline="") as handle:
        return [row for row in csv.DictReader(handle) if row.get("marker", "vegf") in ("vegf", "il6")]


@pytest.fixture(scope="session")
def figures(study, results):
    return {one.name: one for one in all_figures(study, results)}


@pytest.fixture(scope="session")
def drawn(figures):
    """Every figure drawn once, laid out."""
    found = {}
    with drawing():
        for name, one in figures.items():
            found[name] = deepcopy(one.plot).draw()
            found[name].draw_without_rendering()
    return found


def test_all_figures_in_order(figures) -> None:
    assert tuple(figures) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_size_is_as_stated(name, figures, drawn) -> None:
    one = figures[name]
    assert one.width_mm == 170
    assert drawn[name].get_size_inches() == pytest.approx((inches(one.width_mm), inches(one.height_mm)))
    assert 30 < one.height_mm < 225


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_or_lies_on_another(name, drawn) -> None:
    art.assert_clear(drawn[name])


@pytest.mark.parametrize("name", NAMES)
def test_only_the_program_s_own_font_and_no_small_text(name, drawn) -> None:
    import matplotlib.text

    for text in drawn[name].findobj(matplotlib.text.Text):
        if text.get_text().strip():
            assert text.get_fontfamily() == ["Source Sans 3"], text.get_text()
            assert 7.5 <= text.get_fontsize() <= 8


@pytest.mark.parametrize("name", NAMES)
def test_words_say_what_kind_of_data_and_no_nan(name, figures, drawn) -> None:
    one = figures[name]
    for text in (one.caption, one.alt):
        assert text.endswith("Illustrative data.")
        assert "nan" not in text.lower().replace("finance", "")
        assert "{" not in text
    assert "Illustrative data" in [text for text, _ in art.texts(drawn[name])]


def test_alt_of_trajectories_tells_each_patient_s_first_and_last_value(root, figures) -> None:
    alt = figures["trajectories"].alt
    reported = [row for row in _rows(root, "measurements.csv") if row["value"]]
    for patient, marker in {(row["patient_id"], row["marker"]) for row in reported}:
        own = [row["value"] for row in reported if (row["patient_id"], row["marker"]) == (patient, marker)]
        sentence = next(one for one in alt.split(". ") if one.startswith(f"{patient}:"))
        assert own[0] in sentence
        assert own[-1] in sentence


def test_alt_of_day_after_tells_every_pair(root, figures) -> None:
    rows = {
        (row["patient_id"], row["day"], row["marker"]): row["value"]
        for row in _rows(root, "measurements.csv")
    }
    for patient, before in (("P01", "-9"), ("P02", "-14"), ("P03", "-6")):
        for marker in ("vegf", "il6"):
            course = f"{patient} from {rows[patient, before, marker]} to {rows[patient, '1', marker]}"
            assert course in figures["day_after"].alt


def test_a_p_value_stands_with_n_and_the_smallest_possible(figures) -> None:
    told = figures["day_after"].caption.replace("\u00a0", " ")
    assert told.count("p = 0.25 (exact signed rank test, n = 3, smallest possible p 0.25)") == 2


def test_what_else_may_cause_the_fall_stands_beside_it(figures):
    told = figures["day_after"].caption
    everywhere = ("early kinetics", "steroid premedication", "hydration", "platelets")
    of_il6 = (
        "fever",
        "infection",
        "mucositis",
        "G-CSF",
        "engraftment syndrome",
        "Tocilizumab and siltuximab",
    )
    assert [one for one in (*everywhere, *of_il6, "Bevacizumab disturbs VEGF") if one not in told] == []


def test_alt_of_association_counts_the_quadrants(root, figures) -> None:
    visits: dict[tuple[str, str], dict[str, float]] = {}
    for row in _rows(root, "measurements.csv"):
        if row["value"]:
            number = float(row["value"].lstrip("<>"))
            visits.setdefault((row["patient_id"], row["day"]), {})[row["marker"]] = number
    both = [one for one in visits.values() if len(one) == 2]
    raised = [(one["vegf"] > 1000, one["il6"] > 7) for one in both]
    alt = figures["association"].alt
    assert f"at {len(both)} visits" in alt
    assert f"Both are raised at {raised.count((True, True))} visits" in alt
    assert f"neither at {raised.count((False, False))}" in alt
    assert (
        f"VEGF alone at {raised.count((True, False))} and IL-6 alone at {raised.count((False, True))}" in alt
    )


def test_data_of_trajectories_are_the_study_s(root, figures) -> None:
    data = figures["trajectories"].data
    assert "vegf (pg/mL)" in data.columns
    by_visit = {(row["patient_id"], row["day (days from infusion)"]): row for row in data.to_dict("records")}
    for row in _rows(root, "measurements.csv"):
        own = by_visit[row["patient_id"], int(row["day"])]
        assert own[f"{row['marker']} as reported (pg/mL)"] == row["value"]
        if row["value"]:
            assert own[f"{row['marker']} (pg/mL)"] == float(row["value"].lstrip("<>"))
            assert own[f"{row['marker']} censored"] == (-1 if "<" in row["value"] else 0)


def test_data_of_day_after_hold_the_ratio(figures) -> None:
    for row in figures["day_after"].data.to_dict("records"):
        for marker in ("vegf", "il6"):
            ratio = row[f"{marker} after (pg/mL)"] / row[f"{marker} before (pg/mL)"]
            assert row[f"{marker} after / before"] == pytest.approx(ratio)


def test_phase_map_names_the_discordant(figures) -> None:
    data = figures["phase_map"].data
    apart = data[data["verdict"] == "discordant"]
    assert set(zip(apart["patient_id"], apart["phase"], strict=True)) == {
        ("P02", "late"),
        ("P06", "late"),
        ("P07", "late"),
    }
    for patient in ("P02", "P06", "P07"):
        assert patient in figures["phase_map"].alt


def test_agreement_shows_the_exact_interval(figures) -> None:
    data = figures["agreement"].data.set_index("phase")
    # All of n agree: the exact lower bound is alpha/2 to the power 1/n (Clopper and Pearson 1934).
    assert data.loc["active", "interval low (share)"] == pytest.approx(0.025 ** (1 / 4))
    assert data.loc["early", "interval low (share)"] == pytest.approx(0.025 ** (1 / 5))
    assert data.loc["late", "observed agreement (share)"] == pytest.approx(4 / 7)


def test_every_patient_is_named_in_the_art(study, drawn) -> None:
    for name in ("trajectories", "association", "phase_map"):
        assert set(study.patient_ids) <= {text for text, _ in art.texts(drawn[name])}


def test_drawing_leaves_the_figure_and_matplotlib_as_they_were(figures, drawn) -> None:
    import matplotlib as mpl

    assert drawn
    assert not hasattr(figures["agreement"].plot, "figure")
    assert mpl.rcParams["pdf.fonttype"] == mpl.rcParamsDefault["pdf.fonttype"]


def test_a_notebook_shows_the_figure_at_its_size(figures) -> None:
    one = figures["agreement"]
    bundle, metadata = one._repr_mimebundle_()
    assert "<svg" in bundle["image/svg+xml"]
    assert metadata["image/png"]["width"] == pytest.approx(170 / 25.4 * 96)
    _, own = one.plot._repr_mimebundle_()
    assert own["image/png"]["width"] == pytest.approx(170 / 25.4 * 96, abs=1)


def test_unknown_figure(study, results) -> None:
    with pytest.raises(AnalysisError, match="no figure 'pie'; there are trajectories"):
        figure("pie", study, results)


def test_one_marker_has_no_figure_of_two(tmp_path: Path) -> None:
    events = "A1,0,infusion,\nA1,3,fever,\nA1,3,fall,\n"
    values = "A1,-5,crp,>200,\nA1,1,crp,20,\nA1,400,crp,<0.3,\nA2,-3,crp,50,\nA2,1,crp,,\n"
    study = _study(tmp_path / "s", _ONE_MARKER, "A1,yes\nA2,yes\n", values, events)
    results = analyse(study)
    found = all_figures(study, results)
    drawn = [one.name for one in found if "not estimable (it needs" not in one.caption]
    assert drawn == ["trajectories", "day_after", "sensitivity"]
    assert "CRP" in found[0].alt
    assert "VEGF" not in found[0].alt + found[0].caption
    with drawing():
        for one in found:
            one.plot.draw()
    with pytest.raises(AnalysisError, match="association needs two markers"):
        figure("association", study, results)


def test_no_value_at_all_gives_no_figure(tmp_path: Path) -> None:
    study = _study(tmp_path / "s", _TWO_MARKERS, "A1,yes\n", "A1,0,crp,,\nA1,0,ferritin,,\n")
    assert all("not estimable (it needs" in one.caption for one in all_figures(study, analyse(study)))
    with pytest.raises(AnalysisError, match="at least one measurement"):
        figure("trajectories", study, analyse(study))


def test_one_visit_of_one_patient_without_infusion(tmp_path: Path) -> None:
    study = _study(tmp_path / "s", _TWO_MARKERS, "A1,no\n", "A1,0,crp,50,\nA1,0,ferritin,30,\n")
    found = all_figures(study, analyse(study))
    assert [one.name for one in found if "not estimable (it needs" not in one.caption] == [
        "trajectories",
        "association",
        "phase_map",
        "agreement",
        "sensitivity",
    ]
    with drawing():
        for one in found:
            one.plot.draw()


def test_limits_that_differ_between_visits_are_not_drawn_as_one(tmp_path: Path) -> None:
    values = "A1,1,crp,50,5\nA1,1,ferritin,30,300\nA1,9,crp,20,8\nA1,9,ferritin,60,300\n"
    study = _study(tmp_path / "s", _TWO_MARKERS, "A1,yes\n", values)
    one = figure("association", study, analyse(study))
    assert "differ between visits" in one.caption
    with drawing():
        shown = [text for text, _ in art.texts(one.plot.draw())]
    assert not any("ULN" in text for text in shown)
    assert "both raised" not in shown


def test_what_a_change_leaves_out_stands_in_the_caption(tmp_path: Path) -> None:
    values = "A1,-3,crp,50,\nA1,1,crp,<5,\nA2,-3,crp,<5,\nA2,1,crp,<5,\nA3,-3,crp,40,\nA3,1,crp,30,\n"
    study = _study(tmp_path / "s", _TWO_MARKERS, "A1,yes\nA2,yes\nA3,yes\n", values)
    told = figure("day_after", study, analyse(study)).caption
    assert "; 1 of 2 changes rest on a value at a limit; left out, both values at limits: 1." in told


def test_many_patients_are_laid_over_each_other(tmp_path: Path) -> None:
    names = [f"N{number:02d}" for number in range(40)]
    values = "".join(
        f"{name},{day},{marker},{place + day % 7 + 3},\n"
        for place, name in enumerate(names)
        for day in (-7, 1, 90)
        for marker in ("crp", "ferritin")
    )
    study = _study(tmp_path / "s", _TWO_MARKERS, "".join(f"{name},yes\n" for name in names), values)
    one = figure("trajectories", study, analyse(study), width_mm=85)
    assert one.height_mm < 225
    assert "laid over each other" in one.caption
    with drawing():
        canvas = one.plot.draw()
    assert len(canvas.axes) == 2
