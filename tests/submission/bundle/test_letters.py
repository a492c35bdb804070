"""Letter, title page and statements of studies that differ from the illustrative one; the profiles in words."""

from __future__ import annotations

import io
import tomllib

import pytest
from docx import Document

from poems_report import analyse, load_study
from poems_report.submission.bundle import letters
from poems_report.submission.bundle.facts import Facts
from poems_report.submission.bundle.summary import rule_lines, stated_lines
from poems_report.submission.bundle.word_reading import read_manuscript
from poems_report.submission.checking.verdict import ASK, FAIL, NO_RULE, PASS, UNSEEN, Checked, Finding
from poems_report.submission.profiles import FOLDER, names, profile

AUTHORS = """\
authors:
  - {name: "The Ward Group", affiliation: "Hospital A", corresponding: true, email: office@example.org}
  - {name: "The Laboratory Group", affiliation: "Hospital B"}
  - {name: "The Statistics Group", affiliation: "Hospital A"}
"""


def facts_of(study, journal: str) -> Facts:
    out = io.BytesIO()
    Document().save(out)
    word = read_manuscript(out.getvalue())
    return Facts(study, analyse(study), profile(journal), word, "a program 1.0", "1 May 2024")


@pytest.fixture
def observed(make_study, root):
    """Measured in patients, with authors, declarations, and claims of which none holds."""
    text = (root / "data" / "study.yml").read_text(encoding="utf-8")
    start, end = text.index("authors:"), text.index("version:")
    text = text[:start] + AUTHORS + text[end:]
    text = text.replace("provenance: illustrative", "provenance: observed")
    for name in ("ethics", "consent", "funding", "competing_interests", "data_availability", "contributions"):
        text = text.replace(f'{name}: ""', f'{name}: "Stated: {name}."')
    claims = (root / "data" / "claims.yml").read_text(encoding="utf-8").replace("value: 8", "value: 99")
    return load_study(make_study(study__yml=text, claims__yml=claims))


def test_a_study_with_authors_and_declarations_leaves_open_what_nobody_can_know(observed):
    facts = facts_of(observed, "blood")
    letter = letters.letter_text(facts)
    assert "llustrative" not in letter
    assert "Blood (American Society of Hematology)" in letter
    assert "by The Ward Group, The Laboratory Group and The Statistics Group for publication" in letter
    assert "The Ward Group, Hospital A, office@example.org" in letter
    assert all(f"Stated: {name}." in letter for name in ("ethics", "funding", "competing_interests"))
    assert "VEGF and IL-6 were measured in 8 patients" not in letter
    assert "both markers were raised, and on the day after" in letter
    assert list(facts.missing()) == []
    assert facts.affiliations == ("Hospital A", "Hospital B")
    for known in ("e-mail", "names and affiliations", "who paid"):
        assert known not in letter
    for open_one in ("type of article", "neither published nor under consideration", "read and approved"):
        assert open_one in letter


def test_any_journal_has_no_name_and_illustrative_data_no_sender(study):
    facts = facts_of(study, "generic")
    letter = letters.letter_text(facts)
    assert letter.startswith("# Illustrative data: no value was measured in a patient.")
    assert "To the editors of [TO BE COMPLETED: name of the journal]" in letter
    assert "Words: [TO BE COMPLETED: words of the abstract] in the abstract" in letter
    assert letters.open_places(letter) == letter.count("[TO BE COMPLETED")
    said = list(facts.missing())
    assert len(said) == 1 + 6 + 1
    assert "study.yml, declarations, ethics" in said[1]


def test_word_has_headings_items_and_marks():
    made = letters.word("# Head\n\nSent by [TO BE COMPLETED: who], soon.\n\n- one\n- two\n", "A letter")
    assert made == letters.word(
        "# Head\n\nSent by [TO BE COMPLETED: who], soon.\n\n- one\n- two\n", "A letter"
    )
    document = Document(io.BytesIO(made))
    assert [(one.style.name, one.text) for one in document.paragraphs] == [
        ("Heading 1", "Head"),
        ("Normal", "Sent by [TO BE COMPLETED: who], soon."),
        ("List Bullet", "one"),
        ("List Bullet", "two"),
    ]
    marked = [run.text for run in document.paragraphs[1].runs if run.font.highlight_color is not None]
    assert marked == ["[TO BE COMPLETED: who]"]
    assert document.core_properties.title == "A letter"
    assert document.core_properties.author == ""


@pytest.mark.parametrize("name", names())
def test_every_value_of_every_profile_has_words_and_its_standing(name):
    stated = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    words = {"yes": "read there", "second-hand": "second-hand", "no": "not verified"}
    expected = {
        f"{part}.{key}": words[rule.get("verified", stated["sources"][rule["source"]]["verified"])]
        for part, rules in stated.items()
        if isinstance(rules, dict) and part != "sources"
        for key, rule in rules.items()
    }
    lines = {one.key: one for one in stated_lines(profile(name)) if not one.key.startswith("notes.")}
    assert {key: one.verified for key, one in lines.items()} == expected
    assert all(one.value and one.source for one in lines.values())


def test_findings_are_gathered_by_rule_the_broken_first():
    checked = (
        Checked("a.pdf", (Finding("width", PASS, "80 mm", "80 mm"), Finding("dpi_tag", NO_RULE, "none"))),
        Checked("b.tif", (Finding("width", FAIL, "90 mm", "80 mm"), Finding("dpi_tag", PASS, "300", "300"))),
        Checked(
            "c.tif", (Finding("width", FAIL, "95 mm", "80 mm"), Finding("outside", UNSEEN, note="pixels"))
        ),
        Checked("d.tif", refused="truncated"),
        Checked("e.eps", (Finding("fonts_names", ASK, "Stand-in", "Arial", "as wide as Arial"),)),
    )
    lines = rule_lines(checked)
    assert [(one.verdict, one.rule, one.measured, one.files) for one in lines] == [
        (FAIL, "width", "90 mm; 95 mm", "b.tif, c.tif"),
        (ASK, "names of fonts", "Stand-in", "1 of 4 files"),
        (PASS, "width", "80 mm", "1 of 4 files"),
        (PASS, "dpi tag", "300", "1 of 4 files"),
        (UNSEEN, "text beyond the page", "", "1 of 4 files"),
    ]
    assert [one.note for one in lines if one.verdict == ASK] == ["as wide as Arial"]
