"""Kills loads from Nexudus at random instants (kill -9) and looks at what the next one makes of it.

    python -m tests.kill_nexudus                          8 kills
    python -m tests.kill_nexudus --times 50 --seed 3      50 kills

The stand-in for the API changes before each load, and between its pages. After every kill the files that stand in the landing
zone are whole; after a load that is left alone the records in force are those of the API, nothing stands there twice, and
nothing is left over.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from headcount.landing import inspect
from tests.support.killing import Broken, hunt, options
from tests.support.nexudus import PASSWORD, USER, Nexudus

KILLS = 8
KILLS_IN_A_ROW = 4
PEOPLE = 60
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["headcount.land.nexudus"])
# What is held of a table of the zone: its key, and a value that follows what is changed.
HELD = {"customers": "display_name", "bookings": "price", "team_memberships": "left_at"}


def load(landing: Path, url: str, said: Path) -> None:
    """One load, in a process of its own; what it said, or why not, in a file."""
    from headcount.errors import HeadcountError
    from headcount.land.nexudus import land_nexudus

    os.environ.update(NEXUDUS_USERNAME=USER, NEXUDUS_PASSWORD=PASSWORD)
    heard = io.StringIO()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with contextlib.redirect_stdout(heard):
        try:
            land_nexudus(landing, url, allow_shrink=True, rates=((0, 1),))
        except HeadcountError as error:
            said.write_text(f"refused: {error}")
            sys.exit(2)
    said.write_text(heard.getvalue())


class Hunt:
    """A stand-in, a landing zone, and loads from one to the other that are killed."""

    def __init__(self, nexudus: Nexudus, folder: Path, draw: random.Random):
        self.nexudus, self.landing, self.said, self.draw = nexudus, folder / "landing", folder / "said", draw
        nexudus.now -= timedelta(days=400)
        nexudus.biggest_page = 10
        self._furnish()
        self.usual = self._leave_alone()

    def round(self, kills: int) -> list[str]:
        """Some kills in a row, then a load that is left alone. Gives what each killed load was doing."""
        found = []
        for _ in range(kills):
            found.append(self._kill())
            inspect(self.landing)
            self._rows()
        self._leave_alone()
        self._hold_against_the_api()
        left = [path for path in self.landing.glob("[!.]*/*") if not any(path.iterdir())]
        if left or (self.landing / ".load").exists():
            raise Broken("something of a killed load is left over")
        return found

    def _furnish(self) -> None:
        put = self.nexudus.put
        pound, zone = put("currencies", Code="GBP"), put("simpletimezones", Name="GMT Standard Time")
        self.hub = put("businesses", Name="Hub", CurrencyId=pound, SimpleTimeZoneId=zone)
        self.desk = put("resources", Name="Desk", BusinessId=self.hub)
        self.people = [self._somebody() for _ in range(PEOPLE)]
        more = {"PayingMemberId": self.people[0], "CreateSingleInvoiceForTeam": False}
        self.teams = [put("teams", BusinessId=self.hub, TeamMembers=self.people[n : n + 3], **more) for n in range(3)]
        self.bookings = [self._booking() for _ in range(PEOPLE)]
        self.nexudus.pass_time(minutes=5)

    def _somebody(self) -> int:
        return self.nexudus.put("coworkers", FullName="a", InvoicingBusinessId=self.hub, Active=True, Archived=False)

    def _booking(self) -> int:
        times = {"FromTime": self.nexudus.spelled(), "ToTime": self.nexudus.spelled()}
        who = self.draw.choice(self.people)
        return self.nexudus.put("bookings", CoworkerId=who, ResourceId=self.desk, OverridePrice=1, **times)

    def _change(self) -> None:
        """A change of the application: somebody comes, is renamed or joins a team, a booking is made, changed or deleted."""
        what, draw = self.draw.randrange(6), self.draw
        if what == 0:
            self.people.append(self._somebody())
        elif what == 1:
            self.nexudus.put("coworkers", Id=draw.choice(self.people), FullName=f"n{draw.randrange(10**6)}")
        elif what == 2:
            self.nexudus.put("teams", Id=draw.choice(self.teams), TeamMembers=draw.sample(self.people, 3))
        elif what == 3:
            self.bookings.append(self._booking())
        elif what == 4:
            self.nexudus.put("bookings", Id=draw.choice(self.bookings), OverridePrice=draw.randrange(1, 10**6))
        elif len(self.bookings) > PEOPLE / 2:
            gone = self.bookings.pop(draw.randrange(len(self.bookings)))
            self.nexudus.remove("bookings", gone, audited="Booking")

    def _pass_time(self) -> None:
        """A night; now and then so many that everything is listed again."""
        for _ in range(self.draw.randrange(1, 12)):
            self._change()
        self.nexudus.pass_time(minutes=self.draw.choice([20, 60 * 24, 60 * 24 * 8]))

    def _leave_alone(self) -> float:
        self._pass_time()
        self.nexudus.before_page = lambda path, page: None
        began = time.monotonic()
        process = self._start()
        process.join()
        if process.exitcode:
            raise Broken(f"a load left alone ended with {process.exitcode}: {self.said.read_text()}")
        return time.monotonic() - began

    def _start(self):
        self.said.write_text("")
        process = FORKED.Process(target=load, args=(self.landing, self.nexudus.url, self.said))
        process.start()
        return process

    def _kill(self) -> str:
        """Start a load and kill it: anywhere, after some pages, while it makes its files, or while it renames them."""
        self._pass_time()
        self.nexudus.before_page = lambda path, page: self._change() if self.draw.random() < 0.2 else None
        files, asked = self._files(), len(self.nexudus.asked)
        pages = asked + self.draw.randrange(1, 40)
        begun, wait = self.draw.choice(
            [
                (lambda: True, self.usual),
                (lambda: len(self.nexudus.asked) >= pages, 0.02),
                (lambda: (self.landing / ".load").exists(), self.usual / 3),
                (lambda: self._files() - files, 0.01),
            ]
        )
        process = self._start()
        while process.is_alive() and not begun():
            time.sleep(0.0005)
        deadline = time.monotonic() + self.draw.uniform(0, wait)
        while process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.0005)
        process.kill()
        process.join()
        if process.exitcode > 0:
            raise Broken(f"a load failed before it was killed: {self.said.read_text()}")
        new = len(self._files() - files)
        if process.exitcode == 0:
            return "ended before"
        if new or (self.landing / ".load").exists():
            return f"{new} files stood" if new else "was making files"
        return f"had asked {len(self.nexudus.asked) - asked} times"

    def _files(self) -> set[Path]:
        return set(self.landing.glob("[!.]*/load=*/*.parquet"))

    def _rows(self) -> dict[str, dict[str, list]]:
        """Of each table that is held every version of each key, oldest first; reading them shows that the files are whole.
        Raises Broken for one that stands twice."""
        found: dict[str, dict[str, list]] = {}
        for table in HELD:
            found[table] = {}
            for row in self._landed(table):
                key, one = row[next(iter(row))], row | {"_deleted": bool(row.get("_deleted")), "_loaded_at": None}
                kept = found[table].setdefault(key, [])
                if kept and kept[-1] == one:
                    raise Broken(f"{table} {key} stands there twice: {one}")
                kept.append(one)
        return found

    def _landed(self, table: str) -> list[dict]:
        files = [str(path) for path in self.landing.glob(f"{table}/*/*.parquet")]
        if not files:
            return []
        with duckdb.connect() as connection:
            rows = connection.execute("select * from read_parquet($1, union_by_name = true) order by _loaded_at", [files])
            names = [column[0] for column in rows.description]
            return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]

    def _hold_against_the_api(self) -> None:
        rows = self._rows()
        latest = {table: {key: kept[-1] for key, kept in its.items() if not kept[-1]["_deleted"]} for table, its in rows.items()}
        records = self.nexudus.records
        there = {str(team): {str(one) for one in record["TeamMembers"]} for team, record in records["spaces/teams"].items()}
        members: dict[str, set] = {team: set() for team in there}
        for row in latest["team_memberships"].values():
            if row["left_at"] is None:
                members[row["team_id"]].add(row["customer_id"])
        people, bookings = records["spaces/coworkers"].items(), records["spaces/bookings"].items()
        self._same("customers", latest, {str(key): one["FullName"] for key, one in people})
        self._same("bookings", latest, {str(key): Decimal(one["OverridePrice"]) for key, one in bookings})
        if members != there:
            raise Broken(f"other members than the API says: {members}, {there}")

    def _same(self, table: str, latest: dict, wanted: dict) -> None:
        found = {key: row[HELD[table]] for key, row in latest[table].items()}
        if found != wanted:
            keys = [key for key in found.keys() | wanted.keys() if found.get(key) != wanted.get(key)]
            raise Broken(f"{table}: {len(keys)} differ: {[(key, wanted.get(key), found.get(key)) for key in sorted(keys)[:3]]}")


@contextlib.contextmanager
def begun(folder: Path, draw: random.Random):
    with Nexudus() as nexudus:
        yield Hunt(nexudus, folder, draw)


def main(arguments: Sequence[str] | None = None) -> int:
    return hunt(options("kill_nexudus", "loads from Nexudus", KILLS).parse_args(arguments), "loads", KILLS_IN_A_ROW, begun)


if __name__ == "__main__":
    sys.exit(main())
