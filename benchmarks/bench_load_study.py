"""Loading and checking a registry of 100,000 patients, 10 visits and 2 markers against only reading its file.

The peers read `measurements.csv` with `pandas.read_csv`: with pyarrow as engine and for its types, and in a
process that has no pyarrow. Ours reads all files of the study, checks every cell and gives a Study. Each runs in
processes of its own, several times in each, in turns; the best time of each counts, imports left out.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tempfile
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

WITHOUT_PYARROW = """
sys.modules["pyarrow"] = None
import pandas
def load():
    assert len(pandas.read_csv(sys.argv[1] + "/measurements.csv")) == 2_000_000
"""

MEASURE = """
import resource, sys, time
{code}
times = []
for _ in range({loads}):
    start = time.perf_counter()
    load()
    times.append(time.perf_counter() - start)
print(min(times), times[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
"""


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_registry(folder)
        rounds = [
            [measured(code, folder) for code in (OURS, WITH_PYARROW, WITHOUT_PYARROW)] for _ in range(ROUNDS)
        ]
    ours, with_pyarrow, without = (min(one[place][0] for one in rounds) for place in range(3))
    first, first_without = (min(one[place][1] for one in rounds) for place in (0, 2))
    memory = max(one[0][2] for one in rounds)
    what = "load and check 2 million measurements, against pandas.read_csv"
    return [
        Row(f"{what} with pyarrow", ours, with_pyarrow, 8),
        Row(f"{what} without pyarrow", ours, without, 3),
        Row("the first load of a process, against the first without pyarrow", first, first_without, None),
        Row("memory at its peak, against 3 GiB", memory, 3, 1, "GiB"),
    ]


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
