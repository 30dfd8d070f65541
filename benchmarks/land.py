"""Times `headcount land database` from a PostgreSQL of its own, beside `COPY` of the same rows by PostgreSQL itself.

    python -m benchmarks.land [--rows 10000000 --changed 100000] [--memory 1500MB]

A first load of all rows, a load without news, and a load after some have changed: half of those are updated, a quarter
is new, a quarter is gone. It prints wall-clock time, CPU time and peak memory of the process, what the files hold that
it has left, and the load of the machine. CPU time of the server is not in it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from headcount.project import PROJECT
from tests.support.servers import Postgres, postgres

MAPPING = """
bookings:
  kind: snapshot
  query: |
    select booking_id, customer_id, location_id, resource_name, price, booked_at, starts_at, ends_at, cancelled_at from bookings
"""
TABLE = """
    create table bookings (
        booking_id bigint primary key, customer_id int not null, location_id int not null, resource_name text,
        price numeric(12, 2) not null, booked_at timestamptz not null, starts_at timestamptz not null,
        ends_at timestamptz not null, cancelled_at timestamptz
    )
"""
ROWS = """
    insert into bookings
    select n, n % 200000, n % 500, 'Room ' || n % 40, n % 9000 / 100.0, timestamptz '2025-01-01' + n * interval '4 seconds',
        timestamptz '2025-01-02' + n * interval '4 seconds', timestamptz '2025-01-02 01:00' + n * interval '4 seconds',
        case when n % 20 = 0 then timestamptz '2025-01-01 12:00' + n * interval '4 seconds' end
    from generate_series({first}, {last}) as n
"""


def timed(words: list[str], environment: dict[str, str], out) -> str:
    """Run a command; what it took, in words. A failing one ends the benchmark."""
    began = time.perf_counter()
    process = subprocess.Popen(words, env=environment, stdout=out)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{words[0]} ended with {process.returncode}")
    wall, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    return f"{wall:.1f} s wall, {cpu:.1f} s CPU, {used.ru_maxrss / 1024**2:.2f} GiB"


def copied(server: Postgres) -> str:
    """PostgreSQL's own COPY of the same rows into nothing."""
    query = MAPPING.split("query: |")[1].strip()
    words = ["psql", "-X", "-q", server.url(), "-c", f"copy ({query}) to stdout"]
    return timed(words, dict(os.environ), subprocess.DEVNULL)


def measure(rows: int, changed: int, memory: str, folder: Path, server: Postgres) -> None:
    server.run(f"{TABLE}; {ROWS.format(first=1, last=rows)}; analyze bookings")
    mapping, landing = folder / "mapping.yml", folder / "landing"
    mapping.write_text(MAPPING)
    words = [sys.executable, "-m", "headcount.cli", "land", "database", "--from", server.url()]
    words += ["--mapping", str(mapping), "--landing", str(landing)]
    environment = os.environ | {"HEADCOUNT_MEMORY": memory, "PYTHONPATH": str(PROJECT)}

    def report(what: str, took: str) -> None:
        files = [file for file in landing.rglob("*.parquet") if file.is_file()]
        held = f", {len(files)} files, {sum(file.stat().st_size for file in files) / 2**20:.0f} MiB" if files else ""
        print(f"{what}: {took}{held}; load of the machine {os.getloadavg()[0]:.1f}", flush=True)

    report("COPY", copied(server))
    report("first load", timed(words, environment, None))
    report("load without news", timed(words, environment, None))
    quarter = changed // 4
    server.run(f"update bookings set price = price + 1 where booking_id <= {2 * quarter}")
    server.run(f"delete from bookings where booking_id > {rows - quarter}")
    server.run(ROWS.format(first=rows + 1, last=rows + quarter))
    report("COPY", copied(server))
    report("load of what changed", timed(words, environment, None))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.land", description="Times loads beside COPY.")
    parser.add_argument("--rows", type=int, default=10_000_000, metavar="N")
    parser.add_argument("--changed", type=int, default=100_000, metavar="N")
    parser.add_argument("--memory", default="1500MB", help="HEADCOUNT_MEMORY of the loads")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        measure(chosen.rows, chosen.changed, chosen.memory, Path(folder), server)


if __name__ == "__main__":
    main()
