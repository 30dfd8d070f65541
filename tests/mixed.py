"""Holds landing zones against themselves, landed otherwise or with a file more, for as long as one likes.

    python -m tests.mixed --count 200                 the same rows in files of which no two hold them alike
    python -m tests.mixed --late --count 200          a random later file, and the rows of closed periods
    python -m tests.mixed --broken --count 5000       a file broken at random, or a field of 100 MB
    python -m tests.mixed --start 77 --count 1 --keep FOLDER

Of the same rows the marts are the same, but for the names of files and the raw texts of rejected rows. A later file, of
whatever types and values, changes no row of a closed period. A broken one is read with every row accounted for, or named. Exit
code 1 when anything differed; a zone takes about 8 s of one core, a broken one a tenth of a second.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from headcount.sample import files
from tests.fuzz import spelled
from tests.oracle.contract import TABLES
from tests.oracle.random_story import Story, Unspelled
from tests.support import small_house as small
from tests.support.broken_files import ENDINGS, break_house, judge
from tests.support.broken_files import outcome as read_zone
from tests.support.closed import charges_and_lines, for_ever
from tests.support.command import WARM, Place
from tests.support.contents import contents, unlike
from tests.support.files import columns_of, write_zone
from tests.support.physical import numeric_ids, unlike_the_contract, write_file, write_mixed
from tests.support.warehouse import Compiled, build, compile_project

Rows = dict[str, list[dict[str, Any]]]
LOST = (
    "select source_table from marts.landing_reconciliation "
    "where (landed_rows = accepted_rows + redelivered_rows + rejected_rows) is not true"
)


# -- the same rows, landed otherwise ---------------------------------------------------------


def mixed(compiled: Compiled, folder: Path, seed: int, size: int) -> list[str]:
    """A line for each row that only the plain zone or only the mixed one has."""
    draw = random.Random(seed)
    story = Story(draw, size, allows_garbage=True)
    rows = numeric_ids(story.rows, draw)
    as_of = spelled((story.end - timedelta(days=draw.choice([0, 20, 40]))).replace(microsecond=0))
    write_zone(folder / "plain", rows, "csv")
    write_mixed(folder / "mixed", rows, draw)
    found = []
    for zone in ("plain", "mixed"):
        with build(compiled, folder / zone, as_of) as connection:
            found.append(contents(connection) | {"rejected_records": rejected(connection)})
    return unlike(*found)


def rejected(connection) -> Counter:
    """The rejected records without their raw texts, which are each file's own."""
    return Counter(connection.execute("select * exclude (raw_record) from marts.rejected_records").fetchall())


# -- a file more -----------------------------------------------------------------------------


def late(compiled: Compiled, folder: Path, seed: int, size: int) -> list[str]:
    """A line for each row of a closed period that a later file has changed."""
    draw = random.Random(seed)
    story = Story(draw, size, allows_garbage=False)
    rows = numeric_ids(story.rows, draw)
    first_at = (story.start + (story.end - story.start) * draw.uniform(0.4, 0.9)).replace(microsecond=0)
    formats = write_mixed(folder, seen_by(rows, first_at), draw)
    with build(compiled, folder, spelled(first_at)) as connection:
        before, billed = for_ever(connection, first_at), charges_and_lines(connection)
    for number in range(draw.randint(1, 4)):
        add_file(folder, 50 + number, rows, formats, first_at, draw)
    later_at = first_at + timedelta(days=draw.choice([1, 5, 40]))
    with build(compiled, folder, spelled(later_at)) as connection:
        found = unlike(before, for_ever(connection, first_at))
        kept = charges_and_lines(connection)
        found += [f"{table}: rows were lost" for (table,) in connection.execute(LOST).fetchall()]
    return found + [f"{mart}: gone is {row}" for mart in billed for row in billed[mart] - kept[mart]]


def seen_by(rows: Rows, instant: datetime) -> Rows:
    """What had been loaded at the instant."""
    return {
        table: [row for row in its_rows if row["_loaded_at"] and row["_loaded_at"] <= instant]
        for table, its_rows in rows.items()
    }


def add_file(folder: Path, number: int, rows: Rows, formats: dict[str, str], after: datetime, draw: random.Random) -> Path:
    """A file of redeliveries, other versions, deletions, rubbish or nothing, all loaded later than the instant."""
    table = draw.choice([name for name in TABLES if rows[name]])
    its_format = formats.get(table, "parquet")
    more = [spoiled(row, table, rows, draw) for row in draw.choices(rows[table], k=draw.choice([0, 1, 1, 3, 20]))]
    for row in more:
        row["_loaded_at"] = after + timedelta(seconds=draw.choice([1, 3600, 90_000]))
    where = next((path for path in sorted(folder.iterdir()) if path.name.lower() == table), folder / table)
    if its_format == "parquet" and draw.random() < 0.6:
        path = where / draw.choice(["", "0", "_late"]) / f"{draw.choice('0az')}-{number}.parquet"
        return files.write_file(path, pa.table(unlike_the_contract(more, table, draw)), its_format)
    return write_file(where, number, table, more or rows[table][:0], its_format, draw)


def spoiled(row: dict[str, Any], table: str, rows: Rows, draw: random.Random) -> dict[str, Any]:
    """The row again, or with a value or two of something else."""
    row = dict(row)
    key = TABLES[table].key
    way = draw.choice(["again", "deleted", "new", "changed", "changed"])
    if way == "deleted" and not TABLES[table].is_event:
        return dict.fromkeys(row) | {key: row[key], "_deleted": True}
    if way == "new":
        row[key] = f"late-{draw.randrange(100)}"
    if way in ("new", "changed"):
        for name in draw.sample([name for name in columns_of(table) if name not in (key, "_loaded_at")], 2):
            rubbish = [None, Unspelled("?"), Unspelled("'; drop table marts.runs; --")]
            row[name] = draw.choice([*rubbish, value_of(table, name, rows, draw)])
    return row


def value_of(table: str, name: str, rows: Rows, draw: random.Random) -> Any:
    """A value that the column has elsewhere, or one at the edge of its kind."""
    edges = {
        "instant": [datetime(1, 1, 1), datetime(9999, 12, 31)], "date": [date(1, 1, 1), date(9999, 12, 31)],
        "decimal": [Decimal("999999999999.999999"), Decimal(-1)], "integer": [0, 10**11], "boolean": [True, False],
    }  # fmt: skip
    return draw.choice([draw.choice(rows[table]).get(name), *edges.get(columns_of(table)[name], ["\U0001f600"])])


# -- a broken file ---------------------------------------------------------------------------

HUGE = 100 * 1024 * 1024


def broken(compiled: Compiled, folder: Path, seed: int, size: int) -> list[str]:
    """A line when a broken file is neither read nor named; every hundredth zone has a huge field instead."""
    place = Place(folder)
    if seed % 100 == 99:
        ending = ENDINGS[seed // 100 % len(ENDINGS)]
        named = f"bookings/0.{ending}"
        small.write_house(place.landing, skip=("bookings",))
        rows = [small.booking("b1"), small.booking("b2", resource_name="x" * HUGE)]
        small.WRITERS[ending](place.landing / named, rows)
    else:
        named = break_house(place, seed)
    with ProcessPoolExecutor(1, mp_context=WARM) as reader:
        judge(place, named, reader.submit(read_zone, str(place.landing)).result())
    return []


# -- the command -----------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mixed", description="Zones against themselves, landed otherwise.")
    parser.add_argument("--late", action="store_true", help="hold closed periods against a later file instead")
    parser.add_argument("--broken", action="store_true", help="break a file instead")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--count", type=int, default=10, metavar="N", help="how many seeds")
    parser.add_argument("--size", type=int, default=6, metavar="N", help="accounts in a zone")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the landing zones here")
    chosen = parser.parse_args(arguments)
    differences: Callable[[Compiled, Path, int, int], list[str]] = (
        broken if chosen.broken else late if chosen.late else mixed
    )
    differed, begun = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        compiled = compile_project(Path(made))
        for seed in range(chosen.start, chosen.start + chosen.count):
            folder = (chosen.keep or Path(made)) / f"zone-{seed}"
            found = outcome(differences, compiled, folder, seed, chosen.size)
            if chosen.keep is None:
                shutil.rmtree(folder, ignore_errors=True)
            if found:
                differed += 1
                print(f"{replay(seed, chosen.size, differences)}\n  " + "\n  ".join(found[:10]), flush=True)
                print(f"  {len(found)} rows differ", flush=True)
    print(f"{chosen.count} landing zones, {differed} differed, in {time.monotonic() - begun:.0f} s")
    return 1 if differed else 0


def outcome(differences, compiled: Compiled, folder: Path, seed: int, size: int) -> list[str]:
    """What differed; a zone that could not be built differs too, and the next seed has its turn."""
    try:
        return differences(compiled, folder, seed, size)
    except Exception as error:
        return [f"{type(error).__name__}: {error}"[:300]]


def replay(seed: int, size: int, differences: Callable) -> str:
    """The command that makes a zone again."""
    mode = "" if differences is mixed else f" --{differences.__name__}"
    return f"python -m tests.mixed{mode} --start {seed} --count 1 --size {size}"


if __name__ == "__main__":
    sys.exit(main())
