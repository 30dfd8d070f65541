"""DuckDB's part of a night on Spark, and what `--target spark` says where it cannot run. Needs neither pyspark nor Java;
what Spark builds is held against DuckDB by tests/spark."""

import os
import stat

import duckdb
import pyarrow.parquet as pq
import pytest

from headcount.errors import UsageError
from headcount.landing import inspect, register
from headcount.spark import needs
from headcount.spark.back import bring_back
from headcount.spark.landed import write_landed
from headcount.spark.place import Place
from tests.support.command import headcount


def test_without_pyspark_it_is_one_line_and_nothing_written(tmp_path):
    places = {name: tmp_path / name for name in ("landing", "w.duckdb", "exports")}
    words = ("--landing", places["landing"], "--warehouse", places["w.duckdb"], "--exports", places["exports"])
    # A Java that is not there stands for the rest where this environment has pyspark.
    done = headcount("nightly", *words, "--target", "spark", JAVA_HOME=str(tmp_path / "none"))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "target spark needs" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("version", ["11.0.2", "1.8.0_292"])
def test_an_old_java_is_named(tmp_path, monkeypatch, version):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(java.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr(needs, "_is_there", lambda module: True)
    with pytest.raises(UsageError, match=f"and {java} is"):
        needs.forbid_missing()


def test_each_warehouse_has_its_own_folder_in_a_shared_one(tmp_path, monkeypatch):
    monkeypatch.setenv("HEADCOUNT_SPARK_FOLDER", str(tmp_path))
    one, other = (Place.of_night(tmp_path / name).folder for name in ("a.state", "b.state"))
    assert one != other
    assert os.path.commonpath([one, other]) == str(tmp_path)


def test_a_folder_that_spark_cannot_be_told_is_refused(tmp_path):
    with pytest.raises(UsageError, match="quote or backslash"):
        Place(tmp_path / "it's")


CONTRACT = {
    "paid_at": {"data_type": "timestamp", "constraints": [{"type": "not_null"}]},
    "amount": {"data_type": "decimal(18, 6)", "constraints": []},
    "name": {"data_type": "string"},
}
NODE = {
    "resource_type": "model", "schema": "marts", "alias": "payments", "config": {"contract": {"enforced": True}},
    "columns": CONTRACT,
}  # fmt: skip
SEED = {"resource_type": "seed", "schema": "seeds", "alias": "holds", "config": {"column_types": {"hold_id": "string"}}}


def built(place, select):
    """A table of the mart `payments` as an engine has left it."""
    place.table("marts", "payments").mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"copy ({select}) to '{place.table('marts', 'payments')}/part-0.parquet' (format parquet)")


def test_a_table_comes_back_as_its_contract_says(tmp_path):
    place = Place(tmp_path / "it is here")
    built(place, "select 'Ann' as name, cast(2.5 as decimal(9, 1)) as amount, timestamp '2026-01-01 00:00:00' as paid_at")
    with duckdb.connect() as connection:
        bring_back(connection, place, [NODE])
        described = connection.execute("describe marts.payments").fetchall()
        assert [row[:3] for row in described] == [
            ("paid_at", "TIMESTAMP", "NO"), ("amount", "DECIMAL(18,6)", "YES"), ("name", "VARCHAR", "YES"),
        ]  # fmt: skip
        assert connection.execute("select amount, name from marts.payments").fetchall()[0][1] == "Ann"


def test_a_seed_without_rows_comes_back_without_rows(tmp_path):
    with duckdb.connect() as connection:
        bring_back(connection, Place(tmp_path), [SEED])
        assert connection.execute("select hold_id from seeds.holds").fetchall() == []


def test_what_may_not_be_null_does_not_come_back_as_null(tmp_path):
    place = Place(tmp_path)
    built(place, "select 'Ann' as name, 2.5 as amount, cast(null as timestamp) as paid_at")
    with duckdb.connect() as connection, pytest.raises(duckdb.ConstraintException, match="paid_at"):
        bring_back(connection, place, [NODE])


def test_every_landed_table_is_written_also_an_empty_one(tmp_path):
    place = Place(tmp_path)
    with duckdb.connect() as connection:
        register(connection, inspect(None))
        write_landed(connection, place)
    written = {folder.name: pq.read_table(folder) for folder in (place.landed / "landing").iterdir()}
    assert {"accounts", "edits", "files"} <= written.keys()
    assert all(table.num_rows == 0 for table in written.values())
    assert str(written["bookings"].schema.field("price").type) == "decimal128(18, 6)"
    assert str(written["bookings"].schema.field("booked_at").type) == "timestamp[us]"
