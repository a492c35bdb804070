"""Mutation testing with mutmut: `.venv/bin/python scripts/mutants.py analysis [--most 60] [--module NAME]`.

Changes one thing at a time in `poems_report/<package>` and sees whether a test of `tests/<package>` fails. Works on a
copy of the tracked files in `.cache/mutants`, with mutmut in an environment of its own; prints a line a module and
every mutant that no test noticed. mutmut leaves decorated functions (properties) and constants alone.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".cache" / "mutants"
MUTMUT = "mutmut==3.8.1"
TIMES = Path("times.json")
# Of computing; more tests would find more, so the share of killed mutants is a lower bound.
SECONDS = 30.0
SURVIVED, UNTESTED = 0, 33
SETTINGS = """
[tool.mutmut]
source_paths = ["poems_report/{package}"]
also_copy = {names}
pytest_add_cli_args_test_selection = ["tests/{package}"]
pytest_add_cli_args = ["-p", "no:cacheprovider"]
"""
HOOKS = """from scripts.mutants import (
    pytest_collection_finish, pytest_fixture_setup, pytest_runtest_call, pytest_sessionfinish
)
"""
SHARED: dict[Any, set[str]] = {}
SPENT: dict[str, float] = {}


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Any:
    """In the copy: notes what a fixture of several tests reaches; only the first of them makes it."""
    reached = _reached()
    before = set(reached)
    reached.clear()
    made = yield
    if fixturedef.scope != "function":
        SHARED[fixturedef] = set(reached)
    reached |= before
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: Any) -> Any:
    """In the copy: every test reaches what its fixtures reach; and how long it computes."""
    for found in item._fixtureinfo.name2fixturedefs.values():
        _reached().update(SHARED.get(found[-1], ()))
    begun = time.process_time()
    made = yield
    SPENT[item.nodeid] = time.process_time() - begun
    return made


def pytest_sessionfinish() -> None:
    """In the copy: writes down how long each test computes."""
    if SPENT and not TIMES.is_file():
        TIMES.write_text(json.dumps(SPENT))


def pytest_collection_finish(session: Any) -> None:
    """In the copy: the quickest tests first, and against a mutant no more than `SECONDS` of them."""
    if not os.environ.get("MUTANT_UNDER_TEST", "").startswith("poems_report"):
        return
    spent = json.loads(TIMES.read_text())
    shared = {item for item in session.items if {"results", "found"} & set(item.fixturenames)}
    cost = {item: spent.get(item.nodeid, 0.0) + 0.1 * (item in shared) for item in session.items}
    session.items.sort(key=lambda item: (round(cost[item], 1), item.path))
    total = itertools.accumulate(spent.get(item.nodeid, 0.0) for item in session.items)
    session.items[:] = [item for item, so_far in zip(session.items, total, strict=True) if so_far <= SECONDS]


def _reached() -> set[str]:
    from mutmut.state import state

    return state()._stats


def main() -> int:
    """Prepares the copy once, then tries the mutants."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", choices=("analysis", "stats"))
    parser.add_argument("--most", type=int, default=60, help="mutants of each module, drawn at random")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--module", action="append", help="only this module; may be repeated")
    parser.add_argument(
        "--keep", action="store_true", help="go on with the copy and the outcomes of the last run"
    )
    told = parser.parse_args()
    copy = WORK / told.package
    mutmut = _environment()
    if not told.keep:
        _prepare(copy, told.package, mutmut)
    meta = sorted((copy / "mutants" / "poems_report" / told.package).glob("*.py.meta"))
    drawn = {}
    for path in meta:
        module = path.name.removesuffix(".py.meta")
        names = sorted(_codes(path))
        random.Random(f"{told.seed}:{module}").shuffle(names)  # noqa: S311
        if names and (not told.module or module in told.module):
            drawn[path] = names[: told.most]
    untried = [name for path, names in drawn.items() for name in names if _codes(path)[name] is None]
    if untried:
        _run([mutmut, "run", "--max-children", "1", *untried], copy)
    return _report(drawn, mutmut, copy)


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # noqa: T201


def _run(words: list[str | Path], folder: Path, check: bool = True) -> None:
    with (folder / "log.txt").open("ab") as log:
        subprocess.run(words, cwd=folder, check=check, stdout=log, stderr=log)


def _environment() -> Path:
    """An environment for mutmut alone, which sees the libraries of the project's."""
    folder = WORK / "venv"
    mutmut = folder / "bin" / "mutmut"
    if not mutmut.is_file():
        WORK.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", folder], WORK)
        _run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", MUTMUT], WORK)
        own = next((folder / "lib").glob("python*/site-packages"))
        (own / "project.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return mutmut


def _prepare(copy: Path, package: str, mutmut: Path) -> None:
    """A new copy with its mutants, and for each function the tests that reach it."""
    shutil.rmtree(copy, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S607
    for name in filter(None, listed.stdout.split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    (copy / "conftest.py").write_text(HOOKS)
    settings = SETTINGS.format(package=package, names=sorted(path.name for path in copy.iterdir()))
    with (copy / "pyproject.toml").open("a") as handle:
        handle.write(settings)
    _run([mutmut, "run", "--max-children", "1", "none"], copy, check=False)


def _codes(meta: Path) -> dict[str, int | None]:
    """Of each mutant of a module the exit code of its tests, None where it was not tried."""
    return dict(json.loads(meta.read_text())["exit_code_by_key"])


def _report(drawn: dict[Path, list[str]], mutmut: Path, copy: Path) -> int:
    tried = survived = 0
    for path, names in drawn.items():
        codes = _codes(path)
        alive = [name for name in names if codes[name] in (SURVIVED, UNTESTED)]
        tried, survived = tried + len(names), survived + len(alive)
        module = path.name.removesuffix(".py.meta")
        _say(f"{module}: {len(names)} of {len(codes)} mutants, {len(alive)} survived")
        for name in alive:
            shown = subprocess.run(
                [mutmut, "show", name], cwd=copy, check=True, capture_output=True, text=True
            )
            changed = [
                line
                for line in shown.stdout.splitlines()
                if line[:1] in "-+" and line[:3] not in ("---", "+++")
            ]
            _say("\n".join([name, *changed]))
    _say(f"{tried} mutants, {survived} survived, {1 - survived / tried:.1%} killed")
    return 0 if survived <= tried / 10 else 1


if __name__ == "__main__":
    sys.exit(main())
