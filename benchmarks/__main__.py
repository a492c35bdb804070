"""Runs the benchmarks: `python -m benchmarks [NAME]...`, `--json` for machines."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks import Row


def main() -> int:
    names = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"Default: all of {', '.join(names)}.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(names)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(names)}")
    rows: list[Row] = []
    for name in chosen.names or names:
        found = importlib.import_module(f"benchmarks.bench_{name}").run()
        rows += found
        if not chosen.json:
            print(name)
            for row in found:
                print(f"  {told(row)}", flush=True)
    if chosen.json:
        extra = [{"ratio": row.ratio, "kept": row.kept} for row in rows]
        print(json.dumps([asdict(row) | more for row, more in zip(rows, extra, strict=True)], indent=2))
    return 0 if all(row.kept for row in rows) else 1


def told(row: Row) -> str:
    bar = "" if row.bar is None else f", bar {row.bar:g}: {'kept' if row.kept else 'MISSED'}"
    return f"{row.what}: {row.ours:.3g} against {row.peer:.3g} {row.unit}, ratio {row.ratio:.2f}{bar}"


if __name__ == "__main__":
    sys.exit(main())
