"""The study at a glance: counts by hand from the study, dots, words at the asked size, what has no room."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.collections import PathCollection
from matplotlib.text import Text

from poems_report import analyse, load_study
from poems_report.errors import FigureError
from poems_report.figures.files import drawn
from poems_report.figures.graphical_abstract import graphical_abstract
from poems_report.figures.room import crowded
from poems_report.figures.theme import Lettering, lettered
from poems_report.study.simulate import write_simulated
from tests.degenerate import write

SIZES = [(130.0, 52.0, 8.0), (101.6, 101.6, 12.0), (156.0, 62.4, 10.0)]


@pytest.mark.parametrize(("width", "height", "points"), SIZES)
def test_words_have_room_and_the_asked_size(width, height, points, study, results) -> None:
    with lettered(Lettering(font="Arimo", text_pt=points, note_pt=points)):
        figure = graphical_abstract(study, results, width, height)
        with drawn(figure) as art:
            assert crowded(art) == ()
            shown = [one for one in art.findobj(Text) if one.get_visible() and one.get_text().strip()]
            size = [side * 25.4 for side in art.get_size_inches()]
    assert {one.get_fontsize() for one in shown} == {points}
    assert size == pytest.approx([width, height])
    order = sorted(shown, key=lambda one: -one.get_position()[1])
    words = " ".join(one.get_text() for one in order)
    assert words.startswith("Can IL-6 stand in for VEGF? 8 patients;")
    assert words.endswith("Illustrative data")


def test_one_dot_a_patient_and_phase_filled_where_both_agree(study, results) -> None:
    by_phase = {phase: results[f"agreement.{phase}"] for phase in ("active", "early", "late")}
    figure = graphical_abstract(study, results, 130.0, 52.0)
    with drawn(figure) as art:
        points = [one for axes in art.axes for one in axes.findobj(PathCollection) if len(one.get_offsets())]
    filled = sum(len(one.get_offsets()) for one in points if tuple(one.get_facecolor()[0][:3]) != (1, 1, 1))
    every = sum(len(one.get_offsets()) for one in points)
    assert every == sum(one.n for one in by_phase.values())
    assert filled == round(sum(one.n * one.estimate for one in by_phase.values()))
    assert list(figure.data["n (patients)"]) == [one.n for one in by_phase.values()]


def test_the_finding_is_the_claim_with_its_verdict(study, results) -> None:
    statement = next(one.statement for one in results.claims if one.id == "reliable_early")
    assert statement in graphical_abstract(study, results, 130.0, 52.0).caption
    for verdict, said in (("does not hold", "Not borne out by"), ("not estimable", "Not estimable from")):
        claims = tuple(replace(one, verdict=verdict) for one in results.claims)
        figure = graphical_abstract(study, replace(results, claims=claims), 130.0, 60.0)
        assert f"{said} these data: {statement}" in figure.caption
    silent = graphical_abstract(study, replace(results, claims=()), 130.0, 52.0)
    assert statement not in silent.alt
    assert silent.alt.endswith("Illustrative data.")


def test_the_description_tells_every_count(study, results) -> None:
    alt = graphical_abstract(study, results, 130.0, 52.0).alt
    for phase, name in (
        ("active", "Active disease"), ("early", "Early after infusion"), ("late", "Late after infusion"),
    ):  # fmt: skip
        one = results[f"agreement.{phase}"]
        assert f"{name}: {round(one.estimate * one.n)} of {one.n} agree." in alt


@pytest.mark.parametrize("patients", [3, 60])
def test_few_and_many_patients_have_room(patients: int, tmp_path) -> None:
    write_simulated(tmp_path / "study", patients, 1)
    study = load_study(tmp_path / "study")
    figure = graphical_abstract(study, analyse(study), 130.0, 52.0)
    with drawn(figure) as art:
        assert crowded(art) == ()


def test_no_room_or_one_marker_is_said(study, results, tmp_path) -> None:
    with pytest.raises(FigureError, match="more room"):
        graphical_abstract(study, results, 60.0, 30.0)
    write(tmp_path / "one", "Q1,1,vegf,900\nQ1,90,vegf,700\n", markers=(("vegf", "VEGF", 1000),))
    alone = load_study(tmp_path / "one")
    with pytest.raises(FigureError, match="two markers"):
        graphical_abstract(alone, analyse(alone), 130.0, 52.0)
