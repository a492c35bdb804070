"""Profiles of journals: what each states as its rules say it, and faults named by file, line and key."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from poems_report.errors import ProfileError
from poems_report.submission.profile import Profile
from poems_report.submission.profiles import FOLDER, names, profile, read_profile
from tests.submission.own_profiles import SHORT

JOURNALS = {
    "elsevier", "springer", "nature", "bmc", "wiley", "blood", "lancet", "jama", "plos", "mjhid", "haematologica",
    "cell", "tandf", "generic",
}  # fmt: skip
WIDTHS = {
    "elsevier": (90, 140, 190, 240),
    "springer": (84, 129, 174, 234),
    "nature": (89, 120, 183, 247),
    "bmc": (85, None, 170, 225),
    "wiley": (80, 110, 180, None),
    "blood": (80, 115, 170, None),
    "lancet": (75, 107, 154, None),
    "jama": (None, None, None, None),
    "plos": (None, 132, 190.5, 222.3),
    "mjhid": (None, None, None, None),
    "haematologica": (None, None, None, None),
    "cell": (85, 114, 174, 200),
    "tandf": (None, None, None, None),
}
"""Single, one and a half, double, greatest height in mm, from the publishers' rules."""
LINE_ART = {
    "elsevier": 1000, "springer": 1200, "bmc": 300, "wiley": 600, "blood": 1200, "plos": 300, "cell": 1000,
    "tandf": 1200,
}  # fmt: skip


def test_every_journal_is_known_and_generic_last() -> None:
    assert set(names()) == JOURNALS
    assert names()[-1] == "generic"
    for name in names():
        assert profile(name).name == name


@pytest.mark.parametrize("name", sorted(WIDTHS))
def test_lengths_are_the_publisher_s(name: str) -> None:
    found = profile(name)
    stated = (found.width.single, found.width.onehalf, found.width.double, found.height.most)
    assert tuple(one.mm if one else None for one in stated) == WIDTHS[name]


def test_resolution_of_line_art_is_the_publisher_s() -> None:
    stated = {name: profile(name).dpi.line_art for name in names() if name != "generic"}
    assert {name: one.least for name, one in stated.items() if one} == LINE_ART


def test_what_rests_on_memory_is_not_verified() -> None:
    wiley, blood = profile("wiley"), profile("blood")
    assert {wiley.verified(rule) for _, rule in wiley.rules()} == {"no"}
    unverified = {place for place, rule in blood.rules() if blood.verified(rule) == "no"}
    assert unverified == {"dpi.line_art", "dpi.halftone", "dpi.combination"}
    elsevier = profile("elsevier")
    unread = {place for place, rule in elsevier.rules() if elsevier.verified(rule) != "yes"}
    assert {place for place in unread if not place.startswith("graphical_abstract.")} == {"height.most"}
    assert profile("bmc").source_of(profile("bmc").width.single).checked == "2026-07"


def test_the_published_schema_is_that_of_the_model() -> None:
    published = json.loads((FOLDER / "profile.schema.json").read_text(encoding="utf-8"))
    assert published.pop("$schema") == "https://json-schema.org/draft/2020-12/schema"
    assert published == Profile.model_json_schema()


def test_files_of_the_program_hold_nothing_that_the_model_drops() -> None:
    for path in FOLDER.glob("*.toml"):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        stated = sum(
            isinstance(rule, dict)
            for part, rules in content.items()
            if part not in ("sources", "notes") and isinstance(rules, dict)
            for rule in rules.values()
        )
        assert len(list(read_profile(path).rules())) == stated + len(content.get("notes", ()))


def test_an_own_profile_works_the_same(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SHORT, encoding="utf-8")
    found = profile(str(path))
    assert found.width.single is not None
    assert found.width.single.mm == 80
    assert found.verified(found.width.single) == "yes"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("mm = 80", "mm = -3", r"own.toml:11: width.single.mm: '-3': Input should be greater than 0"),
        ("mm = 80", 'mm = "80"', r"own.toml:11: width.single.mm: '80': Input should be a valid number"),
        ("single =", "singel =", r"own.toml:11: width.singel: unknown key"),
        (
            'verified = "yes"',
            'verified = "maybe"',
            r"own.toml:8: sources.page.verified: 'maybe': Input should",
        ),
        ('source = "page"', 'source = "pgae"', r"no such source \(width.single: pgae\); known: page"),
        ("mm = 80,", "mm = 80, to = 70,", r"own.toml:11: width.single: to must be above mm"),
        ("[width]", "[width", r"own.toml: no TOML: .*line 10"),
        ('title = "Our journal"\n', "", r"own.toml:1: title: Field required"),
    ],
)
def test_a_fault_is_named_with_line_and_key(before: str, after: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SHORT.replace(before, after), encoding="utf-8")
    with pytest.raises(ProfileError, match=message):
        profile(str(path))


def test_impossible_bounds_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        SHORT
        + 'double = { mm = 70, source = "page" }\n[dpi]\nline_art = { least = 600, most = 300, source = "page" }\n'
        + '[sizes]\ntext = { source = "page" }\n[files]\nname = { value = "Fig", source = "page" }\n',
        encoding="utf-8",
    )
    with pytest.raises(ProfileError) as caught:
        read_profile(path)
    lines = str(caught.value).splitlines()
    assert [line.split(": ", 1)[1] for line in lines] == [
        "width: single, onehalf and double must rise",
        "dpi.line_art: most must not be below least",
        "sizes.text: needs least or most",
        "files: name must hold {number}",
    ]


def test_an_unknown_journal_is_refused_with_the_names() -> None:
    with pytest.raises(ProfileError, match=r"there is no journal 'natur'; there are blood, bmc, .*generic"):
        profile("natur")
    with pytest.raises(ProfileError, match="there is no such file"):
        profile("missing.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ProfileError, match="not UTF-8"):
        read_profile(path)
    path.write_bytes(b"#" * 300_000)
    with pytest.raises(ProfileError, match="larger than"):
        read_profile(path)
