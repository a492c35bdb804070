"""One bundle and one MECA archive of a copy of the project, made once a session."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from poems_report.cli import main
from poems_report.submission.bundle import Bundle, Request, bundle
from poems_report.submission.plan import Plan
from poems_report.submission.profiles import profile
from tests.conftest import EPOCH

AUTHOR, PLACE, FUNDER = "The Sampletown POEMS Group", "Hospital of Sampletown", "Sampletown Foundation"
SOURCES = ("_quarto.yml", "_quarto-anonymous.yml", "index.qmd", "references.bib", "CITATION.cff")
JOURNAL = """\
name = "own"
title = "Journal of Samples"
[sources.page]
where = "sample page"
scope = "us"
phase = "final"
verified = "yes"
[sources.hearsay]
where = "said somewhere"
scope = "us"
phase = "final"
verified = "second-hand"
[width]
single = { mm = 84, source = "page" }
[dpi]
line_art = { least = 150, source = "hearsay" }
[formats]
vector = { accepted = ["pdf"], source = "page" }
raster = { accepted = ["png"], source = "page" }
office = { accepted = ["pptx"], source = "page" }
[sizes]
text = { least = 7, source = "hearsay", verified = "no", note = "as told" }
[files]
name = { value = "Art-{number}", source = "page" }
max_bytes = { value = 30000, source = "page" }
[graphical_abstract]
width = { mm = 120, source = "page" }
height = { mm = 50, source = "page" }
formats = { accepted = ["png"], source = "page" }
[[notes]]
value = "abstract at most 250 words"
source = "page"
"""


@dataclass(frozen=True)
class Made:
    """A bundle as file and as what the program says of it."""

    path: Path
    project: Path
    bundle: Bundle | None = None
    said: str = ""

    def read(self, name: str) -> bytes:
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(name)

    def names(self) -> list[str]:
        with zipfile.ZipFile(self.path) as archive:
            return archive.namelist()


@pytest.fixture(scope="session")
def project(root, tmp_path_factory) -> Path:
    """The project with authors and a funder of its own."""
    folder = tmp_path_factory.mktemp("project")
    for name in SOURCES:
        shutil.copy(root / name, folder / name)
    for name in ("chapters", "data", "templates", "scripts"):
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    settings = folder / "data" / "study.yml"
    text = settings.read_text(encoding="utf-8")
    for old, new in (
        ("POEMS Report project, after Tomasso et al. 2022", AUTHOR),
        ("Illustrative data set", PLACE),
        ('funding: ""', f'funding: "The {FUNDER}."'),
    ):
        assert old in text
        text = text.replace(old, new)
    settings.write_text(text, encoding="utf-8")
    (folder / "own.toml").write_text(JOURNAL, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def exchanged(project, tmp_path_factory) -> Made:
    """The MECA archive, by the function."""
    path = tmp_path_factory.mktemp("meca") / "sample-meca.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        plan = Plan(profile(str(project / "own.toml")))
        made = bundle(Request(project, project / "data", plan, path, "embedded", meca=True))
    return Made(path, project, made)


@pytest.fixture(scope="session")
def made(project, exchanged, tmp_path_factory) -> Made:
    """The bundle, by the command; what the kernel gave for the MECA archive is used again."""
    path = tmp_path_factory.mktemp("bundle") / "sample.zip"
    words = [
        "bundle",
        str(project),
        "-o",
        str(path),
        "--journal",
        str(project / "own.toml"),
        "--engine",
        "embedded",
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    return Made(path, project, said=done.stdout)
