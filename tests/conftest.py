"""Shared by all tests: the illustrative study, folders to break, and no silent log line."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
EPOCH = "1700000000"
MADE_ONCE = ("tests/documents/", "tests/submission/bundle/")

os.environ.setdefault("MPLBACKEND", "Agg")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where several workers run, keep each file, and all tests of whole documents or bundles, on one worker.

    `loadgroup` of pytest-xdist 3.8 would do it by marks, but pytest 9.2 does not take the names it gives to tests.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByWhatIsMadeOnce(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return next((folder for folder in MADE_ONCE if file.startswith(folder)), file)

    return ByWhatIsMadeOnce(config, log) if config.getvalue("dist") == "loadfile" else None


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
