"""Times whole builds and the nights after them, and beside them, in the same run, plain counts over the same edits.

    make bench                                         # what the page on performance shows, in small
    python -m benchmarks.nightly --folder DIR [--edits 1000000 --bookings 200000 --repeat 3 --peers PYTHON]

- `whole build` is a first night; `night` goes on from it and reads one day's files; `night on a hundredth` is the same
  night after a hundredth of the days of activity.
- `floor` is a night on the sample landing zone in which nothing is new: what dbt and the checks cost by themselves.
- `plain`, `duckdb`, `polars`, `chdb` are the counts of benchmarks/counts.py; the last two need --peers, a Python in which
  benchmarks/requirements-peers.txt is installed.

A landing zone of the size that the folder already holds is used again. The table has medians, the spread of the wall
clock, and the ratio to the plain count. It says the load of the machine before and after: with anything else running
the figures mean little.
"""

import argparse
import os
import shutil
import sys
from datetime import timedelta
from pathlib import Path

from benchmarks.cost import Cost, cost_of, line, repeated
from benchmarks.make_landing import Size
from benchmarks.zones import DAY, landing_zone, part_of_history
from headcount.sample import write_sample

PEERS = ("polars", "chdb")


def night(folder: Path, landing: Path, as_of: str) -> Cost:
    """A night into the folder's warehouse: the first one of an empty folder, else one that goes on."""
    words = {"landing": landing, "warehouse": folder / "warehouse.duckdb", "exports": folder / "exports", "as-of": as_of}
    command = [sys.executable, "-m", "headcount.cli", "nightly"]
    for name, value in words.items():
        command += [f"--{name}", str(value)]
    return cost_of(command, folder / "said.txt")


def nights(folder: Path, landing: Path, repeat: int) -> tuple[list[Cost], list[Cost]]:
    """Whole builds at the day before, and nights of the day after the last one."""
    before, after = (f"{day}T12:00:00Z" for day in (DAY - timedelta(days=1), DAY))
    whole, later = [], []
    for _ in range(repeat):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        whole.append(night(folder, landing, before))
        later.append(night(folder, landing, after))
    return whole, later


def floor(folder: Path, repeat: int) -> list[Cost]:
    """Nights on the sample, each an hour after the one before and without anything new."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_sample(folder / "landing")
    night(folder, folder / "landing", "2026-11-01T00:00:00Z")
    return [night(folder, folder / "landing", f"2026-11-01T{hour:02}:00:00Z") for hour in range(1, repeat + 1)]


def count(python: str, name: str, folder: Path, landing: Path) -> Cost:
    return cost_of([python, "-m", "benchmarks.counts", name, str(landing)], folder / f"{name}.txt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="landing zones and warehouses stand here")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", metavar="PYTHON", help="a Python with benchmarks/requirements-peers.txt")
    for name in ("edits", "bookings", "months", "seed", "customers"):
        parser.add_argument(f"--{name}", type=int, default=Size.__dataclass_fields__[name].default)
    given = vars(parser.parse_args())
    folder, repeat, peers = given.pop("folder").resolve(), given.pop("repeat"), given.pop("peers")
    folder.mkdir(parents=True, exist_ok=True)
    size = Size(**given, by="day")
    landing = landing_zone(folder, size)
    small = part_of_history(landing, max(1, size.months * 365 // 1200))
    load = os.getloadavg()[0]

    counts = {
        name: repeated(repeat, lambda name=name, python=python: count(python, name, folder, landing))
        for python, names in ((sys.executable, ("plain", "duckdb")), (peers, PEERS if peers else ()))
        for name in names
    }
    whole, later = nights(folder / "whole", landing, repeat)
    _, on_little = nights(folder / "little", small, repeat)
    at_rest = floor(folder / "floor", repeat)

    print(f"{size.edits:,} edits, {size.bookings:,} bookings, {size.months} months; {os.cpu_count()} cores, "
          f"load {load:.1f} before and {os.getloadavg()[0]:.1f} after\n")
    print("| what | runs | wall | spread | CPU | memory | times the plain count |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    rows = {"whole build": whole, "night": later, "night on a hundredth": on_little, "floor": at_rest} | counts
    for name, costs in rows.items():
        print(line(name, costs, beside=counts["plain"]))


if __name__ == "__main__":
    main()
