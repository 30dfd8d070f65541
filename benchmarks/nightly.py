"""Times one whole `headcount nightly`, and beside it in the same run one plain DuckDB query over the same edits.

    python -m benchmarks.nightly --folder build/bench [--edits 1000000 --bookings 200000] [--memory 1500MB]

The query counts the distinct customers of the edits by account and calendar month: no rules, no time zones, no
periods, no evidence. It says how fast the machine is at this moment, so that the ratio of the two can be held against
that of another day or another machine. A landing zone of that size that FOLDER already holds is used again; warehouse
and exports are always made anew.

It prints wall-clock time, CPU time, peak memory, the ratio, the load of the machine and the ten heaviest nodes.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.make_landing import AS_OF, Size, write_landing

PLAIN = """
    select account_id, date_trunc('month', edited_at) as month_on, count(distinct customer_id) as active_users
    from read_parquet('{files}', hive_partitioning = false)
    group by account_id, month_on
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of wall clock and of CPU; peak memory in GiB where a process of its own was measured."""

    wall: float
    cpu: float
    peak: float = 0.0


def landing_zone(folder: Path, size: Size) -> Path:
    """The landing zone of that size below the folder, written unless it stands there whole."""
    landing = folder / f"landing-{size.edits}-{size.bookings}-{size.months}-{size.seed}"
    whole = landing.with_suffix(".whole")
    if not whole.exists():
        shutil.rmtree(landing, ignore_errors=True)
        write_landing(landing, size)
        whole.touch()
    return landing


def nightly(folder: Path, landing: Path, memory: str) -> Cost:
    """A first night in a process of its own. What it says goes to the terminal; a failing one ends the benchmark."""
    for made in ("warehouse.duckdb", "warehouse.duckdb.wal"):
        (folder / made).unlink(missing_ok=True)
    for made in ("warehouse.duckdb.state", "exports"):
        shutil.rmtree(folder / made, ignore_errors=True)
    words = {"landing": landing, "warehouse": folder / "warehouse.duckdb", "exports": folder / "exports"}
    command = [sys.executable, "-m", "headcount.cli", "nightly", "--as-of", f"{AS_OF}T00:00:00Z"]
    for name, value in words.items():
        command += [f"--{name}", str(value.resolve())]
    began = time.perf_counter()
    process = subprocess.Popen(command, env=os.environ | {"HEADCOUNT_MEMORY": memory})
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the night ended with {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024**2)


def plain_query(landing: Path) -> Cost:
    """The plain query, in this process, with as many threads as DuckDB takes by itself."""
    files = str(landing / "edits" / "**" / "*.parquet").replace("'", "''")
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    with duckdb.connect() as connection:
        connection.execute(PLAIN.format(files=files)).fetchall()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.perf_counter() - began, cpu)


def heaviest_nodes(folder: Path, number: int) -> list[tuple[float, str]]:
    """The nodes that took dbt the longest, two at a time: seconds and names, the longest first."""
    results = json.loads((folder / "warehouse.duckdb.state" / "dbt" / "run_results.json").read_text())["results"]
    times = [(one["execution_time"], ".".join(one["unique_id"].split(".")[:3:2])) for one in results]
    return sorted(times, reverse=True)[:number]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="landing zone, warehouse and exports stand here")
    parser.add_argument("--memory", default="1500MB", help="DuckDB's part of the memory (HEADCOUNT_MEMORY)")
    for name in ("edits", "bookings", "months", "seed"):
        parser.add_argument(f"--{name}", type=int, default=Size.__dataclass_fields__[name].default)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    size = Size(edits=chosen.edits, bookings=chosen.bookings, months=chosen.months, seed=chosen.seed)
    landing = landing_zone(chosen.folder, size)
    before = os.getloadavg()[0]
    plain = plain_query(landing)
    night = nightly(chosen.folder, landing, chosen.memory)
    after = os.getloadavg()[0]
    print(f"\n{size.edits:,} edits, {size.bookings:,} bookings; {os.cpu_count()} cores, load {before:.1f}, then {after:.1f}")
    print(f"nightly      {night.wall:8.1f} s wall  {night.cpu:8.1f} s CPU  {night.peak:5.2f} GiB at its peak")
    print(f"plain query  {plain.wall:8.2f} s wall  {plain.cpu:8.2f} s CPU")
    print(f"ratio        {night.wall / plain.wall:8.0f}         {night.cpu / plain.cpu:8.0f}")
    for seconds, name in heaviest_nodes(chosen.folder, 10):
        print(f"{seconds:8.1f} s  {name}")


if __name__ == "__main__":
    main()
