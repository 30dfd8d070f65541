"""Times `headcount publish` of a large warehouse into a PostgreSQL of its own.

    python -m benchmarks.publish --warehouse FILE [--users 2000]

The first publishing of all rows, the same night again, the night a day later, and that one again; the last is the floor
beside which the day's rows are to be held. A day later is: users more and other in the periods that began last, their
sources and counts. It prints wall-clock time, CPU time and peak memory of the process and CPU time of the server, what was
written, and the load of the machine. A reader asks all the time for figures that have to agree; a mixture ends the
benchmark. The warehouse is copied and stays as it is.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks.land import timed
from headcount.project import PROJECT
from tests.publishing import Reader
from tests.support.published import figures_of
from tests.support.servers import Postgres, postgres

# Users of the open periods: some are new, with a source each, and of as many the sources are other.
A_DAY_LATER = """
    create temporary table at_work as
        select * from marts.fct_active_users
        where period_start_at >= (select max(period_start_at) from marts.fct_active_users) - interval 40 days
        order by hash(customer_id) limit {users};
    insert into marts.fct_active_users select * replace (customer_id || ' new' as customer_id) from at_work;
    insert into marts.fct_active_user_sources
        select sources.* replace (sources.customer_id || ' new' as customer_id)
        from marts.fct_active_user_sources as sources
        semi join at_work using (account_id, location_id, period_start_at, customer_id);
    update marts.fct_active_users as users set sources = users.sources || ' and more'
        from at_work
        where (users.account_id, users.location_id, users.period_start_at, users.customer_id)
            = (at_work.account_id, at_work.location_id, at_work.period_start_at, at_work.customer_id);
    update marts.fct_active_user_counts as counts set active_users = active_users + more.users
        from (select account_id, location_id, period_start_at, count(*) as users from at_work group by all) as more
        where (counts.account_id, counts.location_id, counts.period_start_at)
            = (more.account_id, more.location_id, more.period_start_at);
    insert into marts.runs select * replace (as_of_at + interval 1 day as as_of_at)
        from marts.runs order by as_of_at desc limit 1;
    drop table at_work;
"""


def a_day_later(warehouse: Path, file: Path, users: int) -> Path:
    """A copy of the warehouse as it might be a day later."""
    shutil.copyfile(warehouse, file)
    with duckdb.connect(str(file)) as connection:
        connection.execute(A_DAY_LATER.format(users=users))
    return file


def processor_seconds(server: Postgres) -> float:
    """CPU time of all processes of the server that have ended, and of the first."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def published(what: str, night: Path, server: Postgres, said: Path) -> None:
    """Publish a night and print what it took."""
    words = [sys.executable, "-m", "headcount.cli", "publish", "--warehouse", str(night), "--to", server.url()]
    before = processor_seconds(server)
    with open(said, "w+") as out:
        took = timed(words, {**os.environ, "PYTHONPATH": str(PROJECT)}, out)
        out.seek(0)
        took += f", {processor_seconds(server) - before:.1f} s CPU of the server"
        print(f"{what}: {took}; load {os.getloadavg()[0]:.1f}; {out.read().strip()}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.publish", description="Times the publishing of a warehouse.")
    parser.add_argument("--warehouse", type=Path, required=True, help="a file that headcount nightly has made")
    parser.add_argument("--users", type=int, default=2_000, help="how many users the night after has more, and other")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        first, said = Path(shutil.copyfile(asked.warehouse, Path(folder) / "first.duckdb")), Path(folder) / "said"
        second = a_day_later(first, Path(folder) / "second.duckdb", asked.users)
        published("first", first, server, said)
        published("the same again", first, server, said)
        reader = Reader(server.url())
        reader.start()
        published("a day later", second, server, said)
        seen, nights = reader.end(), {figures_of(first), figures_of(second)}
        published("that again", second, server, said)
    print("a reader saw whole nights only" if seen <= nights else f"a reader saw a mixture: {seen - nights}")
    return 0 if seen <= nights else 1


if __name__ == "__main__":
    sys.exit(main())
