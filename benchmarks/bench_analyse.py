"""The whole analysis: of the eight patients from a cold start, and of 100,000 patients against reading their file.

The peer is `pandas.read_csv` with pyarrow of the same `measurements.csv`; ours loads, checks and analyses the study.
Each runs in processes of its own, in turns; the best time of each counts, imports left out (not from the cold start).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import Row
from benchmarks.bench_load_study import DATA, measured, write_registry

ROUNDS = 3

COLD = "from poems_report import analyse, load_study; analyse(load_study({data!r}))"

OURS = """
from poems_report import analyse, load_study
analyse(load_study(sys.argv[2]))
def load():
    results = analyse(load_study(sys.argv[1]))
    assert len(results.patients) == 100_000 and results.reliability.days
"""

READ = """
import pandas
def load():
    options = {"engine": "pyarrow", "dtype_backend": "pyarrow"}
    assert len(pandas.read_csv(sys.argv[1] + "/measurements.csv", **options)) == 2_000_000
"""


def run() -> list[Row]:
    cold = min(cold_start() for _ in range(ROUNDS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_registry(folder)
        rounds = [[measured(code, folder) for code in (OURS, READ)] for _ in range(ROUNDS)]
    ours, peer = (min(one[place][0] for one in rounds) for place in range(2))
    memory = max(one[0][2] for one in rounds)
    return [
        Row("load and analyse 8 patients in a new process, against 3 s", cold, 3, 1),
        Row("load and analyse 100,000 patients, against pandas.read_csv with pyarrow", ours, peer, 40),
        Row("memory at its peak, against 3 GiB", memory, 3, 1, "GiB"),
    ]


def cold_start() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", COLD.format(data=str(DATA))], check=True)
    return time.perf_counter() - start
