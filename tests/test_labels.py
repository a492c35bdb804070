from __future__ import annotations

import string

import pytest

from poems_report.labels import LANGUAGES, labels


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_has_every_key_and_the_same_places(language):
    english, other = labels("en"), labels(language)
    assert set(other.texts) == set(english.texts)
    for key, text in english.texts.items():
        places = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert {name for _, name, _, _ in string.Formatter().parse(other[key]) if name} == places, key


def test_a_text_is_filled():
    assert labels().text("common.not_estimable", reason="one patient") == "not estimable (one patient)"


def test_an_unknown_key_or_language_is_refused():
    with pytest.raises(KeyError):
        _ = labels()["no.such.key"]
    with pytest.raises(KeyError):
        labels("tlh")
