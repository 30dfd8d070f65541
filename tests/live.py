"""Lands an application on PostgreSQL again and again while eight writers change it at random.

    python -m tests.live                          8 loads
    python -m tests.live --times 40 --seed 3      40 loads

After each load the records in force hold no child without its parent, and no event is about somebody who has never
landed; after the last one, with the writers gone, the records in force are the rows of the tables, value for value, every
key that is gone is known to be, and every event is there.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from headcount.cli import main as headcount
from tests.support.application import EVENTS, RECORDS, Application, Landing, Writer, as_landed
from tests.support.killing import Broken
from tests.support.servers import postgres

WRITERS = 8


def land(application: Application, mapping: Path, landing: Path) -> str:
    """One load in this process; what it said. The application may have lost more than half of a small table."""
    said = io.StringIO()
    words = ["land", "database", "--from", application.address, "--mapping", str(mapping), "--landing", str(landing)]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = headcount([*words, "--allow-shrink"])
    if code:
        raise Broken(f"a load ended with {code}: {said.getvalue()}")
    return said.getvalue().splitlines()[-1]


def look(application: Application, folder: Path) -> None:
    """After a load: nothing without what it refers to."""
    landed = Landing(folder, application.tables)
    there = {name: landed.in_force(name) for name in RECORDS}
    for name, table in application.tables.items():
        known = there if name in RECORDS else landed.versions
        rows = there[name] if name in RECORDS else {key: versions[0][2] for key, versions in landed.versions[name].items()}
        for place, column in enumerate(table.columns[1:]):
            parent = (column.refers_to or "").partition(".")[0]
            if parent in application.tables:
                lost = {key: values[place] for key, values in rows.items() if values[place] not in (None, *known[parent])}
                if lost:
                    raise Broken(f"{name} without {parent}: {list(lost.items())[:3]}")


def hold_against_tables(application: Application, folder: Path) -> int:
    """After the last load: what is in force is what the tables hold. Gives the number of rows."""
    landed, tables = Landing(folder, application.tables), application.rows()
    for name in RECORDS:
        wanted = {key: tuple(map(as_landed, values)) for key, values in tables[name].items()}
        differ(name, wanted, landed.in_force(name))
    for name in EVENTS:
        wanted = {key: tuple(map(as_landed, values)) for key, values in tables[name].items()}
        # An event that has landed stays, also when the application deletes it with whom it is about.
        differ(name, wanted, {key: versions[0][2] for key, versions in landed.versions[name].items() if key in wanted})
    return sum(map(len, tables.values()))


def differ(name: str, wanted: dict, found: dict) -> None:
    if wanted != found:
        keys = [key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key)]
        first = [(key, wanted.get(key), found.get(key)) for key in sorted(keys)[:3]]
        raise Broken(f"{name}: {len(keys)} of {len(wanted)} differ; key, table, landed: {first}")


def hunt(address: str, folder: Path, times: int, seed: int, heard=lambda _: None) -> tuple[int, int]:
    """Some loads while the application is in use, and one when nobody is left. Gives the transactions and the rows."""
    application = Application(address)
    application.make()
    mapping, landing = application.mapping(folder / "mapping.yml"), folder / "landing"
    writers = [Writer(application, seed, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    try:
        for number in range(times):
            heard(f"{number + 1:4} {land(application, mapping, landing)}")
            look(application, landing)
    finally:
        for writer in writers:
            writer.stop()
        for writer in writers:
            writer.join()
    broken = next((writer.broken for writer in writers if writer.broken), None)
    if broken:
        raise Broken(f"a writer failed: {broken!r}")
    land(application, mapping, landing)
    look(application, landing)
    return sum(writer.done for writer in writers), hold_against_tables(application, landing)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.live", description="Lands an application that is in use.")
    parser.add_argument("--times", type=int, default=8, metavar="N", help="how many loads while it is in use")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), metavar="N", help="of the writers")
    chosen = parser.parse_args(arguments)
    print(f"seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        try:
            done, rows = hunt(server.url(), Path(folder), chosen.times, chosen.seed, heard=lambda line: print(line, flush=True))
        except Broken as broken:
            print(broken)
            return 1
    print(f"{done:,} transactions, {rows:,} rows at the end, {chosen.times + 1} loads: each one whole, the last one equal")
    return 0


if __name__ == "__main__":
    sys.exit(main())
