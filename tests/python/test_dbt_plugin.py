"""Plain dbt refuses a warehouse whose name its SQL would take for something else, in one line and before the file is made."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from dbt_common.exceptions import DbtRuntimeError

from headcount.dbt_plugin import Plugin
from headcount.project import PROFILES, PROJECT
from tests.support.command import environment

TAKEN = ["landing", "staging", "intermediate", "marts", "seeds", "exports", "ledger", "main", "temp", "system"]


def connect(path: str) -> None:
    """What dbt does before it opens the file."""
    Plugin("headcount", {}).update_connection_config(SimpleNamespace(path=path), {})


@pytest.mark.parametrize("name", [
    *(f"{name}.duckdb" for name in TAKEN), "marts", "Marts.DUCKDB", "marts.2026.duckdb", ".temp.duckdb", "..main",
])  # fmt: skip
def test_a_name_that_is_taken_is_refused(name):
    with pytest.raises(DbtRuntimeError) as refused:
        connect(f"build/{name}")
    (line,) = refused.value.msg.splitlines()
    assert line.startswith(f"warehouse build/{name}: DuckDB would call the database ")
    assert "name the file otherwise" in line


@pytest.mark.parametrize("path", ["build/what?.duckdb", "no#1/headcount.duckdb"])
def test_a_path_that_does_not_work_is_refused(path):
    with pytest.raises(DbtRuntimeError, match="a path with [?] or # in it does not work; name another"):
        connect(path)


@pytest.mark.parametrize("path", [
    ":memory:", "build/headcount.duckdb", "marts/headcount.duckdb", "my.marts.duckdb", "marts_2026.duckdb",
    "it's; \"new\".duckdb",
])  # fmt: skip
def test_every_other_name_is_taken(path):
    connect(path)


def test_dbt_says_so_and_makes_no_file(tmp_path):
    warehouse = tmp_path / "marts.new.duckdb"
    words = [Path(sys.executable).with_name("dbt"), "--quiet", "build", "--profiles-dir", PROFILES, "--select", "stg_run"]
    words += ["--target-path", tmp_path / "target", "--log-path", tmp_path / "logs"]
    settings = environment(HEADCOUNT_WAREHOUSE=str(warehouse))
    done = subprocess.run(words, cwd=PROJECT, env=settings, capture_output=True, text=True)
    assert done.returncode == 2, done.stdout + done.stderr
    said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if "marts.new" in line]
    assert len(said) == 1
    assert said[0].startswith(f"warehouse {warehouse}: DuckDB would call the database marts, a name that is taken")
    assert "Traceback" not in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.duckdb*"))
