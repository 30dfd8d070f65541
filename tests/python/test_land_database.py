"""`headcount land database`: what becomes of rows that come, change, go and come back. Tried on SQLite, which needs no server;
what is peculiar to PostgreSQL and MariaDB is in test_land_servers.py."""

import os
import re
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from headcount.cli import main
from headcount.land import database, place
from headcount.land.place import Place, forbid_during_load
from headcount.land.sources.sqlite import SQLite
from tests.support.files import write_rows
from tests.support.loads import Loads

CUSTOMERS = (
    "select id as customer_id, account as account_id, name as display_name, staff as is_admin, made as created_at from people"
)
MAPPING = f"""
customers:
  kind: snapshot
  query: {CUSTOMERS}
contracts:
  kind: snapshot
  query: |
    select id as contract_id, who as customer_id, 'here' as location_id, price, made as created_at, made as starts_at
    from deals
edits:
  kind: append
  since: edited_at
  overlap: 10 minutes
  query: |
    select id as edit_id, 'a' as account_id, who as customer_id, kind as edit_kind, at as edited_at
    from changes where at >= {{since}}
"""
SCHEMA = """
create table people (id text, account text, name text, staff, made text);
create table deals (id integer primary key, who text, price, made text);
create table changes (id integer primary key, who text, kind text, at text);
insert into people values ('p1', 'a', 'Ann', 1, '2026-01-01T10:00:00Z'), ('p2', 'a', ' Bob ', null, '2026-01-01 10:00:00.5');
insert into deals values (1, 'p1', 19.99, '2026-01-02 10:00:00'), (2, 'p2', '0.000001', '2026-01-02 10:00:00');
insert into changes values (1, 'p1', 'Information', '2026-01-03 10:00:00'), (2, 'p1', 'food_plan', '2026-01-03 10:30:00');
"""


class Shop:
    """A database of SQLite and the loads from it."""

    def __init__(self, folder, mapping: str = MAPPING):
        self.file = folder / "shop.db"
        self.run(SCHEMA)
        self.loads = Loads(folder, f"sqlite://{self.file}", mapping)

    def run(self, sql: str) -> None:
        with sqlite3.connect(self.file) as connection:
            connection.executescript(sql)

    def map(self, table: str, query: str, kind: str = "kind: snapshot") -> None:
        self.loads.mapping.write_text(f"{table}:\n  {kind}\n  query: |\n    {query}\n")


@pytest.fixture
def shop(tmp_path) -> Shop:
    return Shop(tmp_path)


def test_first_everything_lands_as_the_contract_has_it(shop):
    before = datetime.now(UTC).replace(tzinfo=None) - timedelta(milliseconds=2)
    said = shop.loads.landed()
    assert said.startswith("customers: 2 new\ncontracts: 2 new\nedits: 2 new\n6 rows landed in ")
    rows = shop.loads.rows("customers", "customer_id, display_name, is_admin, created_at, home_location_id")
    assert rows == [
        ("p1", "Ann", True, datetime(2026, 1, 1, 10), None),
        ("p2", "Bob", None, datetime(2026, 1, 1, 10, 0, 0, 500_000), None),
    ]
    assert [str(price) for _, price in shop.loads.rows("contracts", "contract_id, price")] == ["19.990000", "0.000001"]
    assert shop.loads.rows("edits", "edit_id, edit_kind") == [("1", "information"), ("2", "food_plan")]
    loaded = {at for table in ("customers", "contracts", "edits") for (at,) in shop.loads.rows(table, "_loaded_at")}
    assert len(loaded) == 1
    at = loaded.pop()
    assert before <= at <= datetime.now(UTC).replace(tzinfo=None)
    assert shop.loads.files() == sorted(
        path
        for table in ("customers", "contracts", "edits")
        for path in (table, f"{table}/load={at:%Y%m%dT%H%M%S.%fZ}", f"{table}/load={at:%Y%m%dT%H%M%S.%fZ}/part-0.parquet")
    )


def test_files_stand_parents_before_children_once_all_are_made(shop, monkeypatch):
    """So that a load that is killed between two of them leaves no child without its parent."""
    real, stood = place._rename, []

    def rename(file, to):
        stood.append((to.parent.parent.name, len(list(file.parent.iterdir()))))
        real(file, to)

    monkeypatch.setattr(place, "_rename", rename)
    shop.loads.landed()
    assert stood == [("customers", 3), ("contracts", 2), ("edits", 1)]


def test_a_load_without_news_writes_no_file(shop):
    shop.loads.landed()
    before = shop.loads.files()
    assert shop.loads.landed().splitlines()[-1] == "no news, and no file"
    assert shop.loads.files() == before


def test_only_what_is_new_changed_or_gone_is_written(shop):
    shop.loads.landed()
    shop.run("insert into people values ('p3', 'a', 'Cy', 0, '2026-02-01 10:00:00')")
    shop.run("update people set name = null where id = 'p1'")
    shop.run("delete from people where id = 'p2'; update deals set price = '20.00' where id = 1")
    assert shop.loads.landed().startswith("customers: 1 new, 1 changed, 1 gone\ncontracts: 1 changed\nedits: no news\n")
    assert shop.loads.rows("customers", "customer_id, display_name, created_at, _deleted")[2:] == [
        ("p1", None, datetime(2026, 1, 1, 10), False),
        ("p2", None, None, True),
        ("p3", "Cy", datetime(2026, 2, 1, 10), False),
    ]
    assert shop.loads.landed().endswith("no news, and no file\n")


def test_a_key_that_comes_back_is_landed_though_it_is_as_it_was(shop):
    shop.loads.landed()
    shop.run("create table kept as select * from people; delete from people where id = 'p2'")
    assert "customers: 1 gone" in shop.loads.landed()
    shop.run("insert into people select * from kept where id = 'p2'")
    assert "customers: 1 new" in shop.loads.landed()
    assert "no news" in shop.loads.landed().splitlines()[-1]
    assert len(shop.loads.rows("customers", "_loaded_at")) == 4


def test_rows_that_the_query_calls_deleted_are_deleted_once(shop):
    shop.map("customers", f"{CUSTOMERS.replace(' from', ', staff = 1 as _deleted from')}")
    assert shop.loads.landed().startswith("customers: 1 new\n")
    shop.run("update people set staff = 1 where id = 'p2'; insert into people values ('p4', 'a', 'D', 0, '2026-02-01 10:00')")
    assert shop.loads.landed().startswith("customers: 1 new, 1 gone\n")
    assert shop.loads.rows("customers", "customer_id, account_id, _deleted")[1:] == [("p2", None, True), ("p4", "a", False)]
    assert shop.loads.landed().endswith("no news, and no file\n")


def test_appended_rows_are_asked_for_from_the_latest_less_the_overlap(shop):
    shop.loads.landed()
    # The first is late within the overlap, the second is not, and the third is of a clock that is ahead.
    shop.run("insert into changes values (3, 'p1', 'x', '2026-01-03 10:20:00'), (4, 'p1', 'x', '2026-01-03 10:19:59')")
    shop.run("insert into changes values (5, 'p1', 'x', '2999-01-01 00:00:00')")
    assert "edits: 2 new\n" in shop.loads.landed()
    assert [key for (key,) in shop.loads.rows("edits", "edit_id")[2:]] == ["3", "5"]
    shop.run("insert into changes values (6, 'p1', 'x', '2026-01-03 10:25:00')")
    assert "edits: 1 new\n" in shop.loads.landed()
    assert shop.loads.landed().endswith("no news, and no file\n")


def test_an_event_is_never_deleted_and_another_delivery_of_it_lands_once(shop):
    query = "select id as status_change_id, who as customer_id, kind as status, at as changed_at from changes"
    shop.map("customer_status_changes", query)
    shop.loads.landed()
    shop.run("delete from changes where id = 1; update changes set kind = 'active' where id = 2")
    assert shop.loads.landed().startswith("customer_status_changes: 1 new\n")
    assert shop.loads.landed().endswith("no news, and no file\n")


def test_what_was_loaded_too_long_before_it_happened_lands_again_when_it_can_be_accepted(shop):
    """As a landed file it is rejected (`in_the_future`) for ever; as a delivery of today it is not."""
    columns = "id as booking_id, 'l' as location_id, 1 as price, at as booked_at, at as starts_at, at as ends_at"
    shop.map("bookings", f"select {columns} from changes")
    shop.run("delete from changes where id = 2")
    row = {"booking_id": "1", "location_id": "l", "price": "1", "booked_at": "2026-01-03T10:00:00Z"}
    row |= {"starts_at": "2026-01-03T10:00:00Z", "ends_at": "2026-01-03T10:00:00Z", "_loaded_at": "2026-01-02T09:00:00Z"}
    write_rows(shop.loads.landing / "bookings" / "by-hand", "bookings", [row], "parquet_text")
    assert shop.loads.landed().startswith("bookings: 1 changed\n")
    assert shop.loads.landed().endswith("no news, and no file\n")


def test_versions_that_somebody_else_has_landed_are_held_against(shop):
    """The latest counts, of one instant the deletion; a value that could not be read is no version."""
    shop.map("customers", CUSTOMERS)
    person = {"account_id": "a", "created_at": "2026-01-01T10:00:00Z", "_loaded_at": "2026-01-05T00:00:00Z"}
    bob = person | {"customer_id": "p2", "display_name": "Bob", "created_at": "2026-01-01T10:00:00.5Z"}
    ann = person | {"customer_id": "p1", "display_name": "Ann", "is_admin": "true"}
    rows = [bob, ann, ann | {"_deleted": "true"}, bob | {"is_admin": "perhaps", "_loaded_at": "2026-01-04T00:00:00Z"}]
    write_rows(shop.loads.landing / "Customers" / "by-hand", "customers", rows, "parquet_text")
    assert shop.loads.landed().startswith("customers: 1 new\n")
    assert [name for name in shop.loads.files() if "load=" in name][0].startswith("Customers/load=")
    write_rows(
        shop.loads.landing / "Customers" / "more", "customers",
        [bob | {"is_admin": "perhaps", "_loaded_at": "2026-01-06T00:00:00Z"}], "parquet_text",
    )  # fmt: skip
    assert shop.loads.landed().startswith("customers: 1 changed\n")
    assert shop.loads.landed().endswith("no news, and no file\n")


REFUSED = {
    "select 1 as customer_id from nowhere": "the database refuses its query (no such table: nowhere)",
    "select nobody as customer_id from people": "the database refuses its query (no such column: nobody)",
    "selec 1": "the database refuses its query",
    "select id as customer_id, made as created_at from people": "does not give the column account_id",
    "select *, id as customer_id from people": "gives the column id, which the contract does not have",
    f"{CUSTOMERS.replace(' from', ', 1 as _loaded_at from')}": "_loaded_at, which is the instant of the load",
    CUSTOMERS.replace("made as", "name as"): "created_at of customer_id 'p1' is no instant (like 2026-03-31T22:59:59Z): 'Ann'",
    CUSTOMERS.replace("staff as", "2 as"): "column is_admin of customer_id 'p1' is no boolean",
    CUSTOMERS.replace("id as", "nullif(id, 'p2') as"): "a row has no customer_id, which is its key",
    CUSTOMERS.replace("id as", "'p' as"): "gives customer_id 'p' more than once",
    "delete from people": "the database refuses its query",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_cannot_be_landed_is_one_line_and_nothing_is_written(shop, query):
    """Also of the tables that could have been."""
    shop.loads.mapping.write_text(f"{MAPPING[MAPPING.index('contracts:'):]}customers:\n  kind: snapshot\n  query: {query}\n")
    assert REFUSED[query] in shop.loads.refused()
    assert not shop.loads.landing.exists()
    with sqlite3.connect(shop.file) as connection:
        assert connection.execute("select count(*) from people").fetchone() == (2,)


@pytest.mark.parametrize("price", ["'abc'", "1234567890123", "0.0000001", "1e400", "x'ff'"])
def test_an_amount_that_is_none_stops_the_load_with_its_value(shop, price):
    shop.run(f"update deals set price = {price} where id = 2")
    assert re.search(r"table contracts: column price of contract_id '2' is no number .*: '.+'", shop.loads.refused())


def test_a_table_that_shrank_by_more_than_half_is_believed_when_told_so(shop):
    shop.run("insert into people select 'x' || id, account, name, staff, made from people")
    shop.loads.landed()
    shop.run("delete from people where id in ('p1', 'p2')")
    assert "customers: 2 gone" in shop.loads.landed()
    shop.run("insert into people select 'y' || id, account, name, staff, made from people")
    shop.loads.landed()
    shop.run("delete from people where id != 'xp1'; insert into deals values (3, 'p2', 1, '2026-01-02 10:00')")
    assert "table customers: has 1 rows instead of the 4 that are in force" in shop.loads.refused()
    assert "customers: 3 gone" in shop.loads.landed("--allow-shrink")


def test_a_table_of_which_every_key_is_spelled_otherwise_is_refused(shop):
    shop.loads.landed()
    shop.run("update people set id = 'new-' || id")
    assert "table customers: has none of the 2 that are in force" in shop.loads.refused()
    assert "customers: 2 new, 2 gone" in shop.loads.landed("--allow-shrink")


def test_an_instant_at_or_before_an_earlier_load_is_refused(shop):
    shop.loads.landed()
    for folder in shop.loads.landing.glob("*/load=*"):
        folder.rename(folder.with_name("load=29990101T000000.000000Z"))
    assert "holds a load of 2999-01-01T00:00:00Z" in shop.loads.refused()
    # Neither is one hidden that stands in no name of a folder, or in a table that is not asked for.
    shutil.rmtree(shop.loads.landing)
    row = {"customer_id": "x", "account_id": "a", "created_at": "2026-01-01", "_loaded_at": "2998-01-01T00:00:00Z"}
    write_rows(shop.loads.landing / "customers" / "by-hand", "customers", [row], "parquet_text")
    assert "holds a load of 2998-01-01T00:00:00Z" in shop.loads.refused()


def test_too_little_memory_is_one_line(shop, monkeypatch):
    monkeypatch.setenv("HEADCOUNT_MEMORY", "plenty")
    assert "the load cannot be made (" in shop.loads.refused()


def test_appended_rows_are_not_deleted(shop):
    columns = "id as booking_id, 'l' as location_id, 1 as price, at as booked_at, at as starts_at, at as ends_at, 0 as _deleted"
    shop.map("bookings", f"select {columns} from changes where at > {{since}}", "kind: append\n  since: booked_at")
    assert "gives _deleted, and kind: append is rows that stay" in shop.loads.refused()


def test_two_loads_at_once_are_refused(shop):
    with Place(shop.loads.landing):
        assert "another load is under way" in shop.loads.refused()
    shop.loads.landed()


def test_no_night_begins_from_the_instant_of_a_load_until_its_last_file_stands(shop, tmp_path, monkeypatch):
    """It would be dated later than the load, and see a part of it."""
    words = ["--landing", shop.loads.landing, "--warehouse", tmp_path / "new" / "a.duckdb", "--exports", tmp_path / "exports"]
    codes = []

    def asking(step):
        def ask_and_do(*more):
            codes.append(main(["nightly", *map(str, words)]))
            return step(*more)

        return ask_and_do

    for where, step in ((SQLite, "open"), (database, "read_present"), (Place, "put")):
        monkeypatch.setattr(where, step, asking(getattr(where, step)))
    done = shop.loads.load()
    assert (done.code, codes, done.err.count("a night would see a part of it")) == (0, [2] * 5, 5)
    assert not [path for name in ("new", "exports") if (path := tmp_path / name).exists()]
    # One that was killed holds nothing.
    (shop.loads.landing / ".load").mkdir()
    forbid_during_load(shop.loads.landing)
    forbid_during_load(tmp_path / "nowhere")


def test_a_table_that_has_landed_in_another_format_is_refused(shop):
    row = {"customer_id": "x", "account_id": "a", "created_at": "2026-01-01", "_loaded_at": "2026-01-01T00:00:00Z"}
    write_rows(shop.loads.landing / "customers" / "by-hand", "customers", [row], "csv")
    assert "table customers: has landed as csv" in shop.loads.refused()


def test_what_a_killed_load_has_left_is_cleared_away(shop):
    shop.loads.landed()
    whole = shop.loads.files()
    (shop.loads.landing / ".load").mkdir()
    (shop.loads.landing / ".load" / "customers.parquet").write_text("half")
    (shop.loads.landing / "customers" / "load=20260101T000000.000000Z").mkdir()
    (shop.loads.landing / "customers" / "load=20260101T000000.000000Z" / ".part-0.parquet").write_text("half")
    shop.loads.landed()
    assert shop.loads.files() == whole


def test_a_tables_folder_may_be_a_link_to_another_file_system(shop, tmp_path, monkeypatch):
    def refuse(file, to):
        if ".load" in str(file):
            raise OSError(18, "Invalid cross-device link")
        real(file, to)

    real = os.rename
    monkeypatch.setattr(os, "rename", refuse)
    shop.loads.landed()
    assert len(shop.loads.rows("customers", "customer_id")) == 2
    assert not [name for name in shop.loads.files() if "/." in name]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///nowhere.db", "no such file"),
        ("oracle://db/shop", "--from oracle:// is no database that is read"),
        ("postgresql://127.0.0.1:1/shop", "no connection (connection to server at"),
        ("mysql://127.0.0.1:1/shop", "no connection (Can't connect to server on '127.0.0.1'"),
    ],
)
def test_a_database_that_is_not_there_is_one_line(shop, url, said):
    assert said in shop.loads.refused(url=url)
    assert not shop.loads.landing.exists()


def test_a_file_that_is_no_database_is_one_line(shop, tmp_path):
    (tmp_path / "text.db").write_text("no database at all, but long enough for one" * 20)
    assert "no connection (" in shop.loads.refused(url=f"sqlite://{tmp_path / 'text.db'}")


def test_one_load_reads_one_state(shop, monkeypatch):
    """What is committed while a load reads is news of the next one."""

    def read_present(source, asked, *more):
        found = real(source, asked, *more)
        if asked.table.name == "customers":
            shop.run("insert into people values ('late', 'a', 'L', 0, '2026-02-01 10:00')")
            shop.run("insert into deals values (9, 'late', 1, '2026-02-01 10:00')")
        return found

    shop.run("pragma journal_mode = wal")
    real = database.read_present
    monkeypatch.setattr(database, "read_present", read_present)
    assert shop.loads.landed().startswith("customers: 2 new\ncontracts: 2 new\n")
    monkeypatch.undo()
    assert shop.loads.landed().startswith("customers: 1 new\ncontracts: 1 new\n")
