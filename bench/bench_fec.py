"""Lines per second of reading and checking a FEC, beside a plain split of the same file in the same run.

Usage: python bench/bench_fec.py [LINES]   (default 300,000; the file is that of `ledger_data.py`, and is removed)
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from ledger_data import FecStream, entries, fec_lines, fec_name

from livret.formats.fec import check, read, write

NAME = fec_name(0)


def plain_split(path: Path) -> int:
    with path.open(encoding="iso-8859-15", newline="") as stream:
        return sum(1 for _ in csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)) - 1


def read_all(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in read(stream))


def check_all(path: Path) -> int:
    with path.open("rb") as stream:
        report = check(stream, name=NAME)
    assert report.is_valid(strict=True), report.findings[:3]
    return report.lines


def write_all(path: Path) -> int:
    return write(fec_lines(entries(LINES)), io.BytesIO())


def rate(task: Callable[[Path], int], path: Path) -> float:
    start = time.perf_counter()
    return task(path) / (time.perf_counter() - start)


def peak_of_check(path: Path) -> float:
    tracemalloc.start()
    check_all(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        with path.open("wb") as stream:
            write(fec_lines(entries(LINES)), stream)
        with path.open("rb") as stream:
            assert stream.read(1 << 20) == FecStream(entries(LINES)).read(1 << 20), "two ways of writing one ledger"
        print(f"{LINES:,} lines, {path.stat().st_size / 1e6:,.1f} MB")
        baseline = rate(plain_split, path)
        print(f"csv.reader split (baseline)   {baseline:>12,.0f} lines/s")
        for name, task in (("check", check_all), ("read, typed lines", read_all), ("write", write_all)):
            speed = rate(task, path)
            print(f"{name:<29} {speed:>12,.0f} lines/s   {baseline / speed:.1f} x the baseline's time")
        small = Path(folder) / "small.txt"
        with small.open("wb") as stream:
            write(fec_lines(entries(30_000)), stream)
        print(f"peak memory of the check      {peak_of_check(small):>12.1f} MB on 30,000 lines")
        print(f"peak memory of the check      {peak_of_check(path):>12.1f} MB on {LINES:,} lines")


LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000

if __name__ == "__main__":
    main()
