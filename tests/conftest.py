"""Shared by all tests: the illustrative study, folders to break, and no silent log line."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EPOCH = "1700000000"

os.environ.setdefault("MPLBACKEND", "Agg")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where several workers run, keep each file, and all tests of whole documents, on one worker."""
    for item in items:
        place = item.path.relative_to(ROOT).as_posix()
        group = "documents" if place.startswith("tests/documents/") else place
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


@pytest.fixture(autouse=True)
def _no_log_line(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning that only reaches the log fails the test."""
    yield
    lines = [f"{one.name}: {one.getMessage()}" for one in caplog.records if one.levelno >= logging.WARNING]
    assert not lines, "logged:\n" + "\n".join(lines)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def study():
    from poems_report import load_study

    return load_study(ROOT / "data")


@pytest.fixture(scope="session")
def results(study):
    from poems_report import analyse

    return analyse(study)


@pytest.fixture
def make_study(tmp_path: Path) -> Callable[..., Path]:
    """A copy of the illustrative study with some files replaced; `None` removes a file."""

    def make(**files: str | bytes | None) -> Path:
        folder = tmp_path / "study"
        shutil.copytree(ROOT / "data", folder, dirs_exist_ok=True)
        for name, content in files.items():
            path = folder / name.replace("__", ".")
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return make
