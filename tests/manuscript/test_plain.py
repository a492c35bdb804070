"""Summaries in plain language: numbers in the way of the language, and phrases that follow the verdicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from poems_report.manuscript.plain import PlainWords, _catalogue


def test_numbers_of_the_study(study, results) -> None:
    english, italian = (PlainWords(study, results, language) for language in ("en", "it"))
    assert (english.count("patients.n"), italian.count("patients.n")) == ("8", "8")
    assert (english.of("agreement.late"), italian.of("agreement.late")) == ("4 of 7", "4 su 7")
    assert (english.of("before.both_raised"), italian.of("before.both_raised")) == ("3 of 3", "3 su 3")
    left = f"{100 * results['day_after.vegf.ratio'].estimate:.1f}"
    assert english.of_hundred("day_after.vegf.ratio") == left
    assert italian.of_hundred("day_after.vegf.ratio") == left.replace(".", ",")
    assert (english.marker("reference"), english.marker("candidate")) == ("VEGF", "IL-6")


@pytest.mark.parametrize("verdict", ["holds", "does not hold", "not estimable"])
def test_the_sentence_follows_the_verdict(study, results, verdict) -> None:
    claims = tuple(replace(one, verdict=verdict) for one in results.claims)
    said = {
        language: PlainWords(study, replace(results, claims=claims), language).verdict("reliable_early")
        for language in ("en", "it")
    }
    assert all("VEGF" in text and "IL-6" in text for text in said.values())
    assert ("not" in said["en"].split()) is (verdict == "does not hold" or verdict == "not estimable")


def test_a_claim_that_is_not_made_is_not_told(study, results) -> None:
    assert "could not be told" in PlainWords(study, results, "en").verdict("no_such_claim")


def test_both_languages_have_the_same_phrases() -> None:
    found = _catalogue()
    assert set(found["en"]) == set(found["it"])
