"""All outputs together: the manifest, and the same bytes twice."""

from __future__ import annotations

import json

from poems_report.manifest import verify


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def test_the_manifest_lists_what_was_made(made):
    listed = json.loads((made / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    assert {
        "results.json",
        "report/index.html",
        "report/index.pdf",
        "report/index.docx",
        "report/index.xml",
    } <= set(listed)
    assert sum(name.startswith("patients/") and name.endswith(".pdf") for name in listed) == 8
    assert verify(made) == len(listed)


def test_two_runs_give_the_same_bytes(made, made_again):
    first, second = files(made), files(made_again)
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []
