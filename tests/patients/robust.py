"""Studies of one patient that strain a page, each a folder: many visits, many markers, long texts, other scripts."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

PATIENT = "P01"
FREE = (
    "mprotein", "comorbidity", "preference", "clinical_response", "neuropathy_response", "haematological_response",
    "imaging_response", "question", "imaging", "pathology", "options",
)  # fmt: skip
SENTENCE = "IL-6 stays raised while VEGF fell after transplantation; repeat both in six weeks, then decide. "
LONG = (SENTENCE * 6)[:500]
UNBROKEN = "Immunofixationselektrophorese" * 20
VALUES = ("4309", "37.7", "<1.5", "0.0001", "9999999", ">20000", "6.9", "1000", "", "0.25")


def write(
    folder: Path,
    markers: int = 2,
    days: Iterable[int] = (),
    *,
    label: str = "Marker {n}",
    values: tuple[str, ...] = VALUES,
    fields: str | dict[str, str] = "",
    comment: str = "",
    events: Iterable[tuple[int, str, str]] = (),
    infusion: str = "yes",
    companions: int = 0,
) -> Path:
    """One patient with so many markers and companions, values in turn, and every free field as `fields`."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"m{n}" for n in range(1, markers + 1)]
    settings = {
        "title": "A study that strains the page",
        "authors": [{"name": "A study group"}],
        "version": "1.0",
        "provenance": "illustrative",
        "markers": {
            name: {
                "label": label.format(n=n), "unit": "pg/mL", "matrix": "serum", "assay": "ELISA", "uln": 10**n,
            }
            for n, name in enumerate(names, 1)
        },
    }  # fmt: skip
    names += [f"c{n}" for n in range(1, companions + 1)]
    settings["companions"] = {
        name: {"label": f"Companion {n}", "unit": "10⁹/L", "uln": 400}
        for n, name in enumerate(names[markers:], 1)
    }
    (folder / "study.yml").write_text(json.dumps(settings), encoding="utf-8")
    free = fields if isinstance(fields, dict) else dict.fromkeys(FREE, fields) if fields else {}
    _write(folder / "patients.csv", ["patient_id", "infusion", *free], [[PATIENT, infusion, *free.values()]])
    rows = [
        [PATIENT, day, name, values[(3 * place + step) % len(values)], comment if not step else ""]
        for place, day in enumerate(days)
        for step, name in enumerate(names)
    ]
    _write(folder / "measurements.csv", ["patient_id", "day", "marker", "value", "comment"], rows)
    _write(
        folder / "events.csv", ["patient_id", "day", "event", "detail"], [[PATIENT, *one] for one in events]
    )
    return folder


def _write(path: Path, head: list[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(head)
        writer.writerows(rows)


def visits(count: int) -> list[int]:
    """Days of so many visits: three before infusion, then ever rarer."""
    return [-40, -9, 1, *(7 * n + n * n // 4 for n in range(2, count))][:count]


def essay(place: int) -> str:
    """Six thousand signs without a recurring line, another text for each place."""
    letters = str.maketrans("0123456789", "ghijklmnop")
    words = (hashlib.sha256(f"{place} {n}".encode()).hexdigest()[:6] for n in range(900))
    return " ".join(words).translate(letters)
