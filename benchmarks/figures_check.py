"""Every figure for every journal at every width, read by the desk's measures and by outside programs.

`python -m benchmarks.figures_check [JOURNAL]...`: a line for each journal and width, then what is wrong. Ghostscript,
poppler and LibreOffice are used where they are found, and named where they are not.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory

from poems_report import analyse, load_study
from poems_report.figures import NAMES, figure_or_reason
from poems_report.submission.journal_export import export_for_journal
from poems_report.submission.plan import COLUMNS, Plan
from poems_report.submission.profiles import names, profile
from tests.submission import desk
from tests.submission.test_desk import wrong_in

ROOT = Path(__file__).parents[1]
SECONDS = 180
PROGRAMS = {one: shutil.which(one) for one in ("gs", "pdffonts", "pdfimages", "soffice")}


def main() -> int:
    """Check all, or the journals that are named."""
    for name, found in PROGRAMS.items():
        print(f"{name}: {found or 'not found: what it would show is not checked'}")
    chosen = sys.argv[1:] or list(names())
    wrong, files = [], 0
    with ProcessPoolExecutor(2) as pool:
        jobs = [pool.submit(one_width, journal, columns) for journal in chosen for columns in widths(journal)]
        for job in as_completed(jobs):
            line, count, told = job.result()
            print(f"{line}: {count} files, {len(told)} wrong", flush=True)
            wrong += [f"{line}: {one}" for one in told]
            files += count
    print(f"{files} files, {len(wrong)} wrong")
    for one in wrong:
        print(one)
    return 1 if wrong else 0


def widths(journal: str) -> list[str]:
    """The columns that give a width of their own."""
    plan = Plan(profile(journal))
    return list({plan.width_mm(columns): columns for columns in reversed(COLUMNS)}.values())


def one_width(journal: str, columns: str) -> tuple[str, int, list[str]]:
    """Write all figures for a journal and width, and read them."""
    study = load_study(ROOT / "data")
    results = analyse(study)
    with TemporaryDirectory() as place:
        folder = Path(place)
        plan = Plan(profile(journal), columns)
        export = export_for_journal(
            NAMES, lambda name, width: figure_or_reason(name, study, results, width), plan, folder
        )
        told = [note for note in export.notes if "does not fit" in note]
        told += wrong_in(folder, journal, [one.file for one in export.files])
        for one in export.files:
            told += [f"{one.file}: {fault}" for fault in outside(folder / one.file)]
        return f"{journal} {columns}", len(export.files), told


def outside(path: Path) -> list[str]:
    """What outside programs find wrong in a vector file."""
    if path.suffix == ".eps" and PROGRAMS["gs"]:
        return ghostscript(path)
    if path.suffix == ".pdf" and PROGRAMS["pdffonts"] and PROGRAMS["pdfimages"]:
        return poppler(path)
    if path.suffix == ".pptx" and PROGRAMS["soffice"]:
        return office(path)
    return []


def ghostscript(path: Path) -> list[str]:
    """Ghostscript draws it without a word, and its ink lies within the bounding box and fills most of it."""
    done = run("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=bbox", str(path))
    boxes = re.findall(r"%%HiResBoundingBox: (.*)", done.stderr)
    if done.returncode or not boxes or done.stdout:
        return [f"Ghostscript: {done.stdout or done.stderr}"]
    seen = desk.eps(path)
    width, height = seen.width_mm / desk.MM_PER_PT, seen.height_mm / desk.MM_PER_PT
    left, low, right, high = map(float, boxes[0].split())
    if min(left, low, width - right, height - high) < -0.1:
        return [f"Ghostscript: ink at {boxes[0]}, beyond {width:.1f} x {height:.1f} pt"]
    if max(left, low, width - right, height - high) > 0.2 * max(width, height):
        return [f"Ghostscript: ink only at {boxes[0]} of {width:.1f} x {height:.1f} pt"]
    return []


def poppler(path: Path) -> list[str]:
    """Every font is an embedded TrueType, those of the desk, and there is no picture."""
    rows = [line.split() for line in run("pdffonts", str(path)).stdout.splitlines()[2:]]
    told = [
        f"pdffonts: {' '.join(row)}" for row in rows if row[1:3] != ["CID", "TrueType"] or row[4] != "yes"
    ]
    if {row[0].rpartition("+")[2] for row in rows} != {name for name, _, _ in desk.pdf(path).fonts}:
        told.append("pdffonts: other fonts than pikepdf's")
    pictures = run("pdfimages", "-list", str(path)).stdout.splitlines()[2:]
    return told + [f"pdfimages: {line}" for line in pictures]


def office(path: Path) -> list[str]:
    """LibreOffice makes a page of the same size of it, with the same words as text and no picture."""
    with TemporaryDirectory() as place:
        home = f"-env:UserInstallation=file://{place}/profile"
        run("soffice", home, "--headless", "--convert-to", "pdf", "--outdir", place, str(path))
        made = Path(place) / f"{path.stem}.pdf"
        if not made.is_file():
            return ["LibreOffice did not open it"]
        drawn, slide = desk.pdf(made), desk.pptx(path)
    told = []
    if abs(drawn.width_mm - slide.width_mm) > 0.5 or abs(drawn.height_mm - slide.height_mm) > 0.5:
        told.append(f"LibreOffice: a page of {drawn.width_mm:.1f} x {drawn.height_mm:.1f} mm")
    if drawn.signs != slide.signs:
        told.append("LibreOffice: other signs")
    if drawn.pictures:
        told.append(f"LibreOffice: {drawn.pictures} pictures")
    return told


def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    path = PROGRAMS[program]
    assert path
    return subprocess.run([path, *words], capture_output=True, text=True, check=False, timeout=SECONDS)


if __name__ == "__main__":
    sys.exit(main())
