"""Lines per second of reading and checking a FEC, beside a plain split of the same file in the same run.

Usage: python bench/bench_fec.py [LINES]   (default 300,000; the file is generated, fictional, and removed)
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from livret.formats.fec import FecLine, check, read, write

NAME = "732829320FEC20241231.txt"


def generated_lines(count: int) -> Iterator[FecLine]:
    """Yield *count* lines of sales, three to an entry, balanced, numbered without a gap, in order of validation."""
    for entry in range(count // 3):
        day = date(2024, 1, 1) + timedelta(days=entry * 365 // max(count // 3, 1))
        net = 10_000 + entry * 7919 % 900_000
        vat = net // 5
        aux = f"C{entry % 5000:05d}"
        for side, (account, name, debit, credit) in enumerate(
            (
                ("411000", "Clients", net + vat, 0),
                ("706000", "Prestations de services", 0, net),
                ("445710", "TVA collectée", 0, vat),
            )
        ):
            yield FecLine(
                line_number=0,
                journal_code="VE",
                journal_label="Ventes",
                entry_number=f"{entry + 1}",
                entry_date=day,
                account=account,
                account_label=name,
                aux="" if side else aux,
                aux_label="" if side else f"Client {aux}",
                piece_ref=f"FA-2024-{entry + 1:07d}",
                piece_date=day,
                label=f"Facture FA-2024-{entry + 1:07d}",
                debit_cents=debit,
                credit_cents=credit,
                letter="",
                letter_date=None,
                valid_date=day,
                currency_amount=None,
                currency="",
            )


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
    return write(generated_lines(LINES), io.BytesIO())


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
            write(generated_lines(LINES), stream)
        print(f"{LINES:,} lines, {path.stat().st_size / 1e6:,.1f} MB")
        baseline = rate(plain_split, path)
        print(f"csv.reader split (baseline)   {baseline:>12,.0f} lines/s")
        for name, task in (("check", check_all), ("read, typed lines", read_all), ("write", write_all)):
            speed = rate(task, path)
            print(f"{name:<29} {speed:>12,.0f} lines/s   {baseline / speed:.1f} x the baseline's time")
        small = Path(folder) / "small.txt"
        with path.open("rb") as whole:
            small.write_bytes(b"".join(line for line, _ in zip(whole, range(30_001), strict=False)))
        print(f"peak memory of the check      {peak_of_check(small):>12.1f} MB on 30,000 lines")
        print(f"peak memory of the check      {peak_of_check(path):>12.1f} MB on {LINES:,} lines")


LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000

if __name__ == "__main__":
    main()
