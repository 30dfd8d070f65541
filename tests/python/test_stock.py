"""What a warehouse remembers of the files it has read (landing.md: a file that was read stays)."""

import os
from datetime import datetime

import duckdb
import pytest

from headcount.errors import LandingError
from headcount.landing import inspect, register, take_stock
from headcount.landing.stock import remembered

HEADER = "edit_id,account_id,customer_id,edit_kind,edited_at,_loaded_at\n"
ROW = "e{n},n1,901,information,2026-05-12T10:00:00Z,2026-05-13T01:00:00Z\n"
LONG_AGO = 1_700_000_000


@pytest.fixture
def landing(tmp_path):
    (tmp_path / "edits").mkdir()
    for number in (1, 2):
        write(tmp_path / "edits" / f"{number}.csv", ROW.format(n=number))
    return tmp_path


def write(path, rows, at=LONG_AGO):
    path.write_text(HEADER + rows)
    os.utime(path, (at, at))


def a_warehouse(landing):
    """A warehouse that has read the zone once."""
    connection = duckdb.connect()
    connection.execute("create schema marts")
    register(connection, inspect(landing))
    connection.execute("create table marts.landing_files as select * from landing.files")
    return connection


def test_an_untouched_file_is_not_read_again(landing, monkeypatch):
    monkeypatch.setattr("headcount.landing.stock._SETTLED_NS", -(10**12))
    known = remembered(a_warehouse(landing))
    monkeypatch.setattr("headcount.landing.stock.hashlib.file_digest", None)
    monkeypatch.setattr("headcount.landing.stock._measured", None)
    stock = take_stock(inspect(landing), known)
    assert stock.opened.shapes == []
    assert stock.files == list(known.values())
    assert (stock.new, stock.gone, stock.changed) == ([], [], [])


def test_a_touched_file_with_the_same_bytes_is_the_same(landing):
    known = remembered(a_warehouse(landing))
    os.utime(landing / "edits" / "1.csv", (LONG_AGO + 60, LONG_AGO + 60))
    assert take_stock(inspect(landing), known).changed == []


def test_a_file_that_was_touched_just_now_is_read_again(landing):
    """Of the same size and instant it may hold other bytes all the same."""
    path = landing / "edits" / "1.csv"
    known = remembered(a_warehouse(landing))
    at = path.stat().st_mtime_ns
    path.write_text(HEADER + ROW.format(n=7))
    os.utime(path, ns=(at, at))
    assert take_stock(inspect(landing), known).changed == ["edits/1.csv"]


def test_times_that_were_set_back_hide_nothing(landing, monkeypatch):
    """Of the same size and with the same times, long after it was read."""
    monkeypatch.setattr("headcount.landing.stock._SETTLED_NS", -(10**12))
    known = remembered(a_warehouse(landing))
    write(landing / "edits" / "1.csv", ROW.format(n=7))
    assert take_stock(inspect(landing), known).changed == ["edits/1.csv"]


def test_what_was_read_first_has_the_last_word(landing):
    """Plain dbt takes the zone as it stands; the next night still says which files are not what was read."""
    connection = a_warehouse(landing)
    write(landing / "edits" / "1.csv", ROW.format(n=7), LONG_AGO + 60)
    (landing / "edits" / "2.csv").unlink()
    register(connection, inspect(landing))
    stock = take_stock(inspect(landing), remembered(connection))
    assert (stock.changed, stock.gone) == (["edits/1.csv"], ["edits/2.csv"])


def test_what_dbt_alone_has_looked_at_is_new_to_the_next_night(landing):
    """`dbt test` on a warehouse in use reads no new file; taken for read, its rows would never be."""
    connection = a_warehouse(landing)
    write(landing / "edits" / "3.csv", ROW.format(n=3))
    register(connection, inspect(landing))
    stock = take_stock(inspect(landing), remembered(connection))
    assert [known.file for known in stock.new] == ["edits/3.csv"]


def test_a_night_opens_what_is_new_and_what_holds_later_rows(landing):
    write(landing / "edits" / "2.csv", ROW.format(n=2) + ROW.format(n=4).replace("05-13", "05-20"))
    known = remembered(a_warehouse(landing))
    write(landing / "edits" / "3.csv", ROW.format(n=3).replace("05-13", "05-19"))
    stock = take_stock(inspect(landing), known)
    with duckdb.connect() as connection:
        register(connection, stock, after=datetime(2026, 5, 14))
        assert connection.execute("select edit_id from landing.edits order by 1").fetchall() == [("e3",), ("e4",)]
    opened = {file.name for shape in stock.opened.shapes for file in shape.files}
    assert opened == {"edits/2.csv", "edits/3.csv"}


def test_a_column_that_older_files_have_is_missing_in_the_new_one(landing):
    known = remembered(a_warehouse(landing))
    (landing / "edits" / "3.csv").write_text("edit_id,_loaded_at\ne3,2026-05-19T01:00:00Z\n")
    with pytest.raises(LandingError, match="required column account_id is not in edits/3.csv"):
        take_stock(inspect(landing), known)
