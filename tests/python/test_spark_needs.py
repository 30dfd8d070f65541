"""What `--target spark` says where it cannot run. What it builds is held against DuckDB by tests/spark."""

import os
import stat

import pytest

from headcount.errors import UsageError
from headcount.spark import needs
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
