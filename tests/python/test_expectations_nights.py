"""A night that goes on from an earlier run measures of the landing zone what reading all of it would, and reads little of it."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from headcount.expectations import Earlier, check_landing
from headcount.expectations.measures import measure
from headcount.landing import inspect, landing_contract, take_stock
from headcount.landing.stock import remembered
from headcount.sample import write_sample
from headcount.warehouse import in_memory
from tests.oracle.random_story import Story
from tests.python import landing_habits as habits
from tests.support.files import write_rows
from tests.support.nights import FORMATS
from tests.support.warehouse import DATABASE, build

DAY = timedelta(days=1)
# What the checks read of an earlier run.
REMEMBERED = {"landing_files", *(f"int_{table}__judged" for table in landing_contract())}


class Night:
    """A landing zone that a run has judged up to an instant; what was landed later is there too, in files of its own or
    not."""

    def __init__(self, compiled, folder: Path, landing: Path, seen_until: datetime):
        self.landing, self.earlier = landing, Earlier(folder / f"{DATABASE}.duckdb", seen_until)
        build(compiled, landing, f"{seen_until:%Y-%m-%dT%H:%M:%S}Z", file=self.earlier.warehouse, only=REMEMBERED).close()

    def stock(self, before=True):
        if not before:
            return take_stock(inspect(self.landing), {})
        with duckdb.connect(str(self.earlier.warehouse), read_only=True) as connection:
            return take_stock(inspect(self.landing), remembered(connection))

    def figures(self, as_of: datetime, goes_on: bool, every_row: bool = False):
        with in_memory() as connection:
            return measure(connection, self.stock(goes_on), as_of, self.earlier if goes_on else None, every_row)

    def files_read(self, as_of: datetime) -> tuple[int, int]:
        stock = self.stock()
        check_landing(stock, as_of, None, earlier=self.earlier)
        return sum(len(shape.files) for shape in stock.opened.shapes), len(stock.files)

    def agree(self, *instants: datetime) -> None:
        """The figures at each; what is judged of them follows, and is held at the last."""
        for as_of in instants:
            of_every_row = self.figures(as_of, goes_on=False, every_row=True)
            assert self.figures(as_of, goes_on=False) == of_every_row
            assert self.figures(as_of, goes_on=True) == of_every_row
        little = check_landing(self.stock(), as_of, None, earlier=self.earlier)
        assert little == check_landing(inspect(self.landing), as_of, None)
        assert little.verdicts


def in_files_by_week(landing: Path, rows_of: dict[str, list[dict]], rng: random.Random) -> Path:
    """A file for the rows of each week; those without an instant lie in one of them, and some rows come again later."""
    for number, (table, rows) in enumerate(rows_of.items()):
        files: dict[int, list[dict]] = {}
        loads = [row["_loaded_at"] for row in rows if isinstance(row["_loaded_at"], datetime)]
        for row in rows:
            loaded = row["_loaded_at"] if isinstance(row["_loaded_at"], datetime) else rng.choice(loads)
            files.setdefault((loaded - datetime(2020, 1, 1)).days // 7, []).append(row)
            if loads and rng.random() < 0.1 and isinstance(row["_loaded_at"], datetime):
                again = min(row["_loaded_at"] + rng.choice([1, 30, 60]) * DAY, max(loads))
                files.setdefault((again - datetime(2020, 1, 1)).days // 7, []).append(row | {"_loaded_at": again})
        for week, its_rows in files.items():
            write_rows(landing / table / f"week={week}" / "part", table, its_rows, FORMATS[number % len(FORMATS)])
    return landing


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_a_random_zone_measures_the_same(seed, compiled, tmp_path):
    rng = random.Random(seed)
    story = Story(rng, 8, allows_garbage=False)
    landing = in_files_by_week(tmp_path / "landing", story.rows, rng)
    seen_until = story.end - rng.choice([1, 10, 40]) * DAY
    night = Night(compiled, tmp_path, landing, seen_until)
    night.agree(seen_until, seen_until + DAY / 2, story.end + 3 * DAY)
    read, there = night.files_read(story.end + 3 * DAY)
    assert 0 < read < there


@pytest.fixture(scope="module")
def long_habits(compiled, tmp_path_factory):
    """Six weeks of nightly loads, each in a file of its own, of which the last three came since the earlier run; the newest
    has words, amounts and deletions that the others lack."""
    tables = habits.healthy(42, 60)
    habits.spoiled(tables["bookings"], lambda number, row: row.update(price=f"{number}00.00"))
    habits.spoiled(tables["edits"], lambda number, row: row.update(edit_kind="info", edited_at="2026-01-01T00:00:00Z"))
    tables["edits"] += [row | {"_loaded_at": habits.spelled(habits.NEWEST)} for row in tables["edits"][:30]]
    tables["contracts"] += [
        {"contract_id": row["contract_id"], "_deleted": "true", "_loaded_at": habits.spelled(habits.NEWEST)}
        for row in list(tables["contracts"])
    ]
    tables["accounts"][0]["currency"] = "XXQ"
    tables["locations"][0]["timezone"] = "Nowhere"
    tables["edits"][5]["_loaded_at"] = "soon"
    for rows in tables.values():
        for row in rows:
            row["file"] = str(row["_loaded_at"])[:10]
    folder = tmp_path_factory.mktemp("habits")
    habits.write(folder / "landing", tables)
    return Night(compiled, folder, folder / "landing", habits.NEWEST - 2.5 * DAY)


def test_a_zone_with_habits_measures_the_same(long_habits):
    long_habits.agree(long_habits.earlier.as_of, habits.NEWEST - DAY, habits.AS_OF + 5 * DAY, habits.AS_OF)


def test_only_the_loads_that_are_compared_are_read(long_habits):
    """29 of 42 loads of each table, and no older file is opened."""
    assert long_habits.files_read(habits.AS_OF) == (29 * 16, 42 * 16 + 1)


def test_the_sample_measures_the_same(compiled, tmp_path):
    write_sample(tmp_path / "landing", accounts=4, days=200, seed=1)
    night = Night(compiled, tmp_path, tmp_path / "landing", datetime(2026, 8, 20))
    night.agree(datetime(2026, 8, 21), datetime(2026, 9, 20))
