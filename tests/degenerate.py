"""Studies that can carry little or nothing, each a folder: what a document makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from poems_report.study.simulate import write_simulated

HEADER = "patient_id,day,marker,value\n"
_MARKER = "  {name}: {{label: {label}, unit: pg/mL, matrix: serum, assay: ELISA, uln: {uln}}}\n"
_HEAD = """title: "A study of {title}"
authors: [{{name: "A study group"}}]
version: "1.0"
provenance: observed
markers:
"""
VEGF, IL6 = ("vegf", "VEGF", 1000), ("il6", "IL-6", 7)
FEW = tuple(f"Q{number}" for number in range(1, 8))
MANY = tuple(f"Q{number}" for number in range(1, 51))
DAYS = (-5, 1, 90, 200)


def write(
    folder: Path,
    rows: str,
    patients: Iterable[str] = FEW,
    infusion: str = "yes",
    markers: tuple[tuple[str, str, int], ...] = (VEGF, IL6),
) -> None:
    """A study folder of these rows of measurements, without claims and without events."""
    folder.mkdir(parents=True)
    stated = "".join(_MARKER.format(name=name, label=label, uln=uln) for name, label, uln in markers)
    title = " and ".join(label for _, label, _ in markers)
    listed = "".join(f"{patient},{infusion}\n" for patient in patients)
    (folder / "study.yml").write_text(_HEAD.format(title=title) + stated, encoding="utf-8")
    (folder / "patients.csv").write_text(f"patient_id,infusion\n{listed}", encoding="utf-8")
    (folder / "measurements.csv").write_text(HEADER + rows, encoding="utf-8")


def both(
    patient: str, day: int, first: object, second: object, names: tuple[str, str] = ("vegf", "il6")
) -> str:
    """Both markers of one visit."""
    return f"{patient},{day},{names[0]},{first}\n{patient},{day},{names[1]},{second}\n"


def _everywhere(
    first: object, second: object, patients: Iterable[str] = FEW, days: Iterable[int] = DAYS
) -> str:
    return "".join(both(patient, day, first, second) for patient in patients for day in days)


def course(patient: str, names: tuple[str, str] = ("vegf", "il6"), days: Iterable[int] = DAYS) -> str:
    """Falling values, each patient's own."""
    own = int(patient[1:])
    return "".join(
        both(
            patient,
            day,
            6000 - 8 * day + 97 * (own * day % 11),
            120 - day // 5 + own * own % 7 + day % 8,
            names,
        )
        for day in days
    )


def _one_marker(folder: Path) -> None:
    rows = "".join(
        f"{patient},{day},crp,{50 + day // 5 + place}\n" for place, patient in enumerate(FEW) for day in DAYS
    )
    write(folder, rows, markers=(("crp", "CRP", 5),))


def _other_names(folder: Path) -> None:
    names = ("ferritin", "crp")
    rows = "".join(course(patient, names) for patient in FEW)
    write(folder, rows, markers=(("ferritin", "Ferritin", 300), ("crp", "CRP", 5)))


def _unmeasured(folder: Path) -> None:
    rows = "".join(f"{patient},{day},vegf,{1000 + day}\n" for patient in FEW for day in DAYS)
    write(folder, rows)


CASES: dict[str, Callable[[Path], object]] = {
    "all values equal": lambda folder: write(folder, _everywhere(500, 5)),
    "one patient": lambda folder: write(folder, course("Q1"), patients=("Q1",)),
    "one visit of one patient": lambda folder: write(folder, both("Q1", -5, 4000, 50), patients=("Q1",)),
    "one visit each": lambda folder: write(
        folder,
        "".join(course(patient, days=(day,)) for patient, day in zip(FEW, (*DAYS, -9, 30, 400), strict=True)),
    ),
    "no pair": lambda folder: write(folder, "Q1,-5,vegf,4000\nQ2,-5,il6,50\nQ1,1,il6,5\n"),
    "everything below": lambda folder: write(folder, _everywhere("<31", "<1.5")),
    "everything above": lambda folder: write(folder, _everywhere(">20000", ">5000")),
    "one marker unmeasured": _unmeasured,
    "one marker": _one_marker,
    "markers of other names": _other_names,
    "nobody infused": lambda folder: write(
        folder, "".join(course(one, days=(0, 90)) for one in FEW), infusion="no"
    ),
    "no measurement": lambda folder: write(folder, ""),
    "no value": lambda folder: write(folder, _everywhere("", "")),
    "ten thousand ties": lambda folder: write(
        folder, _everywhere(2000, 20, MANY, range(-9, 91)), patients=MANY
    ),
    "unsorted visits": lambda folder: write(
        folder, "".join(course(one, days=reversed(DAYS)) for one in reversed(FEW))
    ),
    "simulated": lambda folder: write_simulated(folder, patients=12, seed=7),
}
"""By name, what writes the folder."""
