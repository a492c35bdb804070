"""The rules of the house: who may import whom, what stays cheap, what is exported."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import poems_report

PACKAGE = Path(poems_report.__file__).parent
ALLOWED = {
    "errors": set(),
    "provenance": set(),
    "resources": set(),
    "labels": set(),
    "theme": set(),
    "formats": set(),
    "pdf": set(),
    "collection": set(),
    "layout_speed": set(),
    "study": {"errors"},
    "stats": {"errors"},
    "analysis": {"errors", "study", "stats"},
    "wording": {"study", "analysis", "labels", "formats"},
    "figures": {
        "errors", "study", "analysis", "labels", "theme", "formats", "resources", "provenance", "wording",
        "collection",
    },
    "tables": {"errors", "study", "stats", "analysis", "labels", "theme", "formats", "wording"},
    "patients": {
        "errors", "study", "analysis", "labels", "theme", "formats", "resources", "provenance", "pdf", "collection",
        "layout_speed",
    },
    "manuscript": {
        "errors", "study", "analysis", "figures", "tables", "labels", "theme", "formats", "resources", "provenance",
        "pdf", "wording", "collection", "versions", "manifest", "layout_speed",
    },
    "submission": {
        "errors", "study", "analysis", "figures", "tables", "manuscript", "labels", "theme", "formats", "resources",
        "provenance", "manifest",
    },
    "manifest": {"errors", "provenance"},
    "validation": {"errors", "labels", "theme", "resources"},
    "versions": {"errors", "study", "analysis", "labels", "formats", "provenance", "manifest"},
    "commands": {
        "errors", "study", "analysis", "labels", "formats", "wording", "provenance", "resources", "manifest",
        "versions", "submission", "figures",
    },
}  # fmt: skip
HEAVY = {
    "pandas", "scipy", "matplotlib", "plotnine", "weasyprint", "great_tables", "jupyter_client", "pydantic", "rich",
    "jinja2", "numpy",
}  # fmt: skip


def modules():
    return sorted(
        path for path in PACKAGE.rglob("*.py") if path.name != "cli.py" and path.parent != PACKAGE.parent
    )


def layer_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "__init__" if parts == ("__init__",) else parts[0]


def imported_layers(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names = (
                [node.module]
                if node.module != "poems_report"
                else [f"poems_report.{a.name}" for a in node.names]
            )
        for name in names:
            if name.startswith("poems_report."):
                yield name.split(".")[1]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down_the_page(path):
    layer = layer_of(path)
    if layer == "__init__":
        return
    upward = set(imported_layers(path)) - ALLOWED[layer] - {layer}
    assert not upward, f"{layer} may not import {upward}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_below_the_command_line_prints(path):
    calls = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not calls


@pytest.mark.parametrize("statement", ["import poems_report", "import poems_report.cli"])
def test_import_is_cheap(statement):
    code = f"import sys; {statement}; print(*(name for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_exports_what_it_names():
    assert sorted(poems_report.__all__) == ["Results", "Study", "analyse", "load_study"]
    for name in poems_report.__all__:
        assert callable(getattr(poems_report, name))
    with pytest.raises(AttributeError):
        _ = poems_report.nothing_of_the_kind


def test_no_module_is_too_long():
    long = {
        path.relative_to(PACKAGE).as_posix(): count
        for path in PACKAGE.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 330
    }
    assert not long
