"""Loading and checking a registry of 100,000 patients, 10 visits and 2 markers against only reading its file.

The peers read `measurements.csv` with `pandas.read_csv`: with pyarrow as its engine and for its types, the fastest
way that pandas has; as it stands, pyarrow installed; and in a process that has no pyarrow. Ours reads all files of
the study, checks every cell and gives a Study. Each runs in processes of its own, several times in each, in turns;
imports are left out. The best time of each counts; the ratio of the medians is told beside.
"""

from __future__ import annotations

import csv
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import Row

PATIENTS, VISITS = 100_000, 10
ROUNDS, LOADS = 3, 4
DATA = Path(__file__).resolve().parent.parent / "data"
DAYS = np.array([-10, 1, 30, 60, 100, 180, 270, 365, 540, 720])

OURS = """
from poems_report import load_study
load_study(sys.argv[2])
def load():
    assert len(load_study(sys.argv[1]).measurements) == 2_000_000
"""

WITH_PYARROW = """
import pandas
def load():
    options = {"engine": "pyarrow", "dtype_backend": "pyarrow"}
    assert len(pandas.read_csv(sys.argv[1] + "/measurements.csv", **options)) == 2_000_000
"""

PLAIN = """
import pandas, pyarrow
def load():
    assert len(pandas.read_csv(sys.argv[1] + "/measurements.csv")) == 2_000_000
"""

WITHOUT_PYARROW = """
sys.modules["pyarrow"] = None
import pandas
def load():
    assert len(pandas.read_csv(sys.argv[1] + "/measurements.csv")) == 2_000_000
"""

MEASURE = """
import resource, statistics, sys, time
{code}
times = []
for _ in range({loads}):
    start = time.perf_counter()
    load()
    times.append(time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(min(times), times[0], peak, statistics.median(times))
"""

AS_ENGINE = "pandas.read_csv, pyarrow its engine and types"
INSTALLED = "plain pandas.read_csv, pyarrow installed"


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_registry(folder)
        ours, engine, plain, without = in_turns((OURS, WITH_PYARROW, PLAIN, WITHOUT_PYARROW), folder)
    what = "load and check 2 million measurements, against"
    return [
        Row(f"{what} {AS_ENGINE}", ours.best, engine.best, 8),
        Row(f"{what} {AS_ENGINE}, medians", ours.median, engine.median, None),
        Row(f"{what} {INSTALLED}", ours.best, plain.best, 8),
        Row(f"{what} pandas.read_csv without pyarrow", ours.best, without.best, 3),
        Row(
            "the first load of a process, against the first without pyarrow", ours.first, without.first, None
        ),
        Row("memory at its peak, against 3 GiB", ours.memory, 3, 1, "GiB"),
    ]


@dataclass(frozen=True)
class Measure:
    """Seconds and GiB of one program over all its processes: best and median call, best first call, most memory."""

    best: float
    first: float
    memory: float
    median: float


def in_turns(programs: Sequence[str], folder: Path) -> list[Measure]:
    rounds = [[measured(code, folder) for code in programs] for _ in range(ROUNDS)]
    found = []
    for place in range(len(programs)):
        best, first, memory, median = zip(*(one[place] for one in rounds), strict=True)
        found.append(Measure(min(best), min(first), max(memory), statistics.median(median)))
    return found


def measured(code: str, folder: Path) -> list[float]:
    program = MEASURE.format(code=code, loads=LOADS)
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder), str(DATA)], stdout=subprocess.PIPE, text=True, check=True
    )
    return [float(one) for one in done.stdout.split()]


def write_registry(folder: Path) -> None:
    shutil.copy(DATA / "study.yml", folder)
    draw = np.random.default_rng(1)
    with (DATA / "patients.csv").open(encoding="utf-8", newline="") as handle:
        header, *rows = (row[:5] for row in csv.reader(handle))
    ids = [f"P{number:06d}" for number in range(PATIENTS)]
    with (folder / "patients.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(header)
        writer.writerows([name, *rows[place % len(rows)][1:]] for place, name in enumerate(ids))
    shape = (PATIENTS, VISITS)
    level = draw.normal(7, 0.8, (PATIENTS, 1))
    vegf = np.exp(level + draw.normal(0, 0.5, shape))
    il6 = np.exp(draw.normal(1.5, 1.0, shape))
    days = DAYS + draw.integers(-3, 4, shape)
    with (folder / "measurements.csv").open("w", encoding="utf-8", newline="") as handle:
        handle.write("patient_id,day,marker,value\n")
        for name, own_days, first, second in zip(
            ids, days.tolist(), vegf.tolist(), il6.tolist(), strict=True
        ):
            handle.writelines(
                f"{name},{day},vegf,{a:.0f}\n{name},{day},il6,{f'{b:.1f}' if b >= 1.5 else '<1.5'}\n"
                for day, a, b in zip(own_days, first, second, strict=True)
            )
