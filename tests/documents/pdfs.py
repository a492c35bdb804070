"""Reading finished PDFs, apart from the code that makes them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2

BIN = Path(sys.executable).parent


def pages(path: Path) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_range() for page in document]


def fonts(path: Path) -> dict[str, str]:
    """Name of every embedded font with its kind, those within drawings included."""
    found = {}
    with pikepdf.open(path) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font":
                found[str(thing.get("/BaseFont", "unnamed"))] = str(thing.get("/Subtype"))
    return found


def faults(path: Path) -> list[str]:
    """Errors that the two independent accessibility checkers report."""
    told = []
    for words in (["pdfua", "check"], ["outloud"]):
        done = subprocess.run([BIN / words[0], *words[1:], path], capture_output=True, text=True, check=False)
        if done.returncode:
            told.append(f"{words[0]}: {done.stdout}{done.stderr}")
    return told


def findings(*paths: Path) -> list[str]:
    """Errors and warnings of the two independent accessibility checkers, but for links of one line (LNK-004)."""
    done = subprocess.run([BIN / "pdfua", "check", *paths], capture_output=True, text=True, check=False)
    told = [done.stdout] if done.returncode else []
    done = subprocess.run(
        [BIN / "outloud", "--json", "-", *paths], capture_output=True, text=True, check=False
    )
    for report in json.loads(done.stdout)["results"]:
        name = Path(report["path"]).name
        told += [
            f"{name}, page {one['page']}: {one['rule']} {one['message']}"
            for one in report["findings"]
            if one["severity"] in ("error", "warning") and one["rule"] != "LNK-004"
        ]
    return told
