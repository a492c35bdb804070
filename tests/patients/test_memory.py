"""What lets a worker make thousands of pages: no text of a page leaves memory behind."""

from __future__ import annotations

import re
import string

import pytest
from fontTools.ttLib import TTFont

from poems_report.patients.metrics import FACES
from poems_report.patients.style import style_sheet
from poems_report.resources import fonts_folder


def test_the_style_asks_for_no_features_of_fonts():
    """WeasyPrint 70 keeps a list of attributes for ever for each text with features (`Layout.setup`)."""
    words = r"font-(?:variant[a-z-]*|feature-settings|kerning)\s*:\s*([^;}]+)"
    asked = re.findall(words, style_sheet())
    assert [one for one in asked if one.strip() not in ("normal", "auto")] == []


@pytest.mark.parametrize("file", [file for file, _, _ in FACES])
def test_the_figures_of_the_font_are_of_one_width_without_a_feature(file):
    with TTFont(fonts_folder() / file) as font:
        names = font.getBestCmap()
        assert len({font["hmtx"][names[ord(figure)]][0] for figure in string.digits}) == 1
