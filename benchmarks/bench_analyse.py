"""The whole analysis: of the eight patients from a cold start, and of 100,000 patients against reading their file.

The peers are `pandas.read_csv` of the same `measurements.csv` with pyarrow as its engine and for its types, and as it
stands with pyarrow installed; ours loads, checks and analyses the study. Each runs in processes of its own, in turns,
imports left out (not from the cold start). The best time of each counts; the ratio of the medians is told beside.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import Row
from benchmarks.bench_load_study import (
    AS_ENGINE,
    DATA,
    INSTALLED,
    PLAIN,
    WITH_PYARROW,
    in_turns,
    write_registry,
)

ROUNDS = 3

COLD = "from poems_report import analyse, load_study; analyse(load_study({data!r}))"

OURS = """
from poems_report import analyse, load_study
analyse(load_study(sys.argv[2]))
def load():
    results = analyse(load_study(sys.argv[1]))
    assert len(results.patients) == 100_000 and results.reliability.days
"""


def run() -> list[Row]:
    cold = min(cold_start() for _ in range(ROUNDS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_registry(folder)
        ours, engine, plain = in_turns((OURS, WITH_PYARROW, PLAIN), folder)
    what = "load and analyse 100,000 patients, against"
    return [
        Row("load and analyse 8 patients in a new process, against 3 s", cold, 3, 1),
        Row(f"{what} {AS_ENGINE}", ours.best, engine.best, 40),
        Row(f"{what} {AS_ENGINE}, medians", ours.median, engine.median, None),
        Row(f"{what} {INSTALLED}", ours.best, plain.best, 40),
        Row("memory at its peak, against 3 GiB", ours.memory, 3, 1, "GiB"),
    ]


def cold_start() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", COLD.format(data=str(DATA))], check=True)
    return time.perf_counter() - start
