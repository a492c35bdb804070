"""Finished figures for every journal as its desk would measure them, and as the checker says."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from matplotlib import cbook
from matplotlib._afm import AFM

from poems_report.figures import NAMES, figure_or_reason
from poems_report.figures.files import PDF, drawn, vector
from poems_report.figures.theme import lettered
from poems_report.resources import fonts_folder
from poems_report.submission.checking.check import check_file
from poems_report.submission.checking.verdict import ASK, FAIL
from poems_report.submission.journal_export import export_for_journal
from poems_report.submission.plan import COLUMNS, Plan
from poems_report.submission.profiles import names, profile
from tests.submission import desk, desk_rules

WHOLE = ("mjhid", "nature")
"""Journals for which every figure is made; for the others one, so that every figure and width occurs."""
CASES = [(journal, NAMES, "single") for journal in WHOLE] + [
    (journal, (NAMES[at % len(NAMES)],), COLUMNS[at % len(COLUMNS)])
    for at, journal in enumerate(one for one in names() if one not in WHOLE)
]
PATIENTS = (3, 8, 60)
ROOMS = [("lancet", "single", n) for n in PATIENTS] + [
    ("wiley", "single", 60), ("wiley", "single", 3), ("springer", "onehalf", 8), ("lancet", "double", 8),
]  # fmt: skip


def wrong_in(folder: Path, journal: str, files: list[str]) -> list[str]:
    """What the desk finds wrong or otherwise than the checker."""
    rules, found = desk_rules.stated(journal), profile(journal)
    told = []
    signs: dict[str, list[tuple[str, list[str]]]] = {}
    for name in files:
        seen = desk.seen(folder / name)
        kept = desk_rules.verdicts(seen, name, rules)
        told += [f"{name}: {rule}" for rule, right in kept.items() if not right and rule != "fonts_names"]
        signs.setdefault(name.rpartition(".")[0], []).append((name, seen.signs))
        if seen.pictures:
            told.append(f"{name}: holds a picture")
        if seen.form == "pdf":
            told += [f"{name}: {one}" for one in desk.crowding(seen)]
        if seen.form == "pptx":
            continue
        checked = check_file(folder / name, found)
        assert not checked.refused
        told += [f"{name}: the checker: {one.rule}" for one in checked.of(FAIL)]
        asked = [one.rule for one in checked.of(ASK)]
        assert asked == (["fonts_names"] if kept.get("fonts_names") is False else [])
        told += desk_rules.disagreements(kept, checked)
    return told + [
        f"{name}: not the signs of {first[0]}"
        for first, *others in ([one for one in written if one[1]] or [("", [])] for written in signs.values())
        for name, found in others
        if found != first[1]
    ]


def test_every_figure_width_and_format_occurs() -> None:
    assert {journal for journal, _, _ in CASES} == set(names())
    assert {one for _, chosen, _ in CASES for one in chosen} == set(NAMES)
    assert {columns for _, _, columns in CASES} == set(COLUMNS)
    formats = {form for journal, _, columns in CASES for form in Plan(profile(journal), columns).formats}
    assert formats == {"pdf", "eps", "outlined-eps", "svg", "tiff", "jpeg", "png", "pptx"}


@pytest.mark.parametrize(("journal", "chosen", "columns"), CASES, ids=[f"{one[0]}-{one[2]}" for one in CASES])
def test_the_desk_finds_what_the_profile_asks(
    journal: str, chosen: tuple[str, ...], columns, study, results, tmp_path: Path
) -> None:
    plan = Plan(profile(journal), columns)
    export = export_for_journal(
        chosen, lambda name, width: figure_or_reason(name, study, results, width), plan, tmp_path
    )
    assert not [note for note in export.notes if "does not fit" in note]
    assert wrong_in(tmp_path, journal, [one.file for one in export.files]) == []
    for one in export.files:
        seen = desk.seen(tmp_path / one.file)
        assert seen.width_mm == pytest.approx(one.width_mm, abs=0.5)
        assert seen.height_mm == pytest.approx(one.height_mm, abs=0.5)
        if seen.letters:
            assert (
                seen.sizes_pt
                == set(one.text_pt)
                == {plan.letters.note_pt, plan.letters.text_pt} & set(one.text_pt)
            )
        if seen.form in ("pdf", "svg"):
            assert {round(width, 2) for width in seen.lines_pt} <= set(one.lines_pt)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    from poems_report import analyse, load_study
    from poems_report.study.simulate import write_simulated

    made = {}

    def of(patients: int):
        if patients not in made:
            folder = tmp_path_factory.mktemp(f"n{patients}") / "study"
            write_simulated(folder, patients, 1)
            study = load_study(folder)
            made[patients] = study, analyse(study)
        return made[patients]

    return of


@pytest.mark.parametrize(("journal", "columns", "patients"), ROOMS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_or_lies_on_another(
    name: str, journal: str, columns, patients: int, simulated, tmp_path: Path
) -> None:
    """At the width that was asked for, by the boxes of the letters in the finished PDF."""
    plan = Plan(profile(journal), columns)
    with lettered(plan.letters):
        figure = figure_or_reason(name, *simulated(patients), plan.width_mm(columns))
        with drawn(figure) as art:
            path = tmp_path / "one.pdf"
            path.write_bytes(vector(art, name, PDF))
    seen = desk.pdf(path)
    assert len(seen.letters) >= 4
    assert desk.crowding(seen) == []
    assert seen.sizes_pt <= {plan.letters.note_pt, plan.letters.text_pt}
    assert seen.height_mm <= plan.highest_mm + 0.01


@pytest.mark.parametrize(
    ("stand_in", "metrics"),
    [
        ("arimo/Arimo-Regular", "Helvetica"),
        ("arimo/Arimo-Bold", "Helvetica-Bold"),
        ("tinos/Tinos-Regular", "Times-Roman"),
        ("tinos/Tinos-Bold", "Times-Bold"),
    ],
)
def test_stand_ins_are_as_wide_as_adobe_s_metrics(stand_in: str, metrics: str) -> None:
    """Arial and Times New Roman have the widths of Helvetica and Times, whose metrics Adobe published."""
    with (cbook._get_data_path("fonts/pdfcorefonts") / f"{metrics}.afm").open("rb") as handle:
        published = AFM(handle)
    font = TTFont(fonts_folder() / f"{stand_in}.ttf")
    letters, widths, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    for letter in map(chr, range(0x21, 0x7F)):
        if letter in "'`":
            continue
        own = widths[letters[ord(letter)]][0] / em * 1000
        assert own == pytest.approx(published.get_width_char(ord(letter)), abs=1.5), letter
