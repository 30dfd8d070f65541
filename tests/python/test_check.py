"""`headcount check` tests every row of a warehouse; a night tests the rows of tables kept from night to night that it wrote."""

import json
import os
from pathlib import Path

import duckdb
import pytest

import headcount.check
from headcount.check import compiled_tests
from headcount.cli import main
from tests.support.command import headcount as headcount_command
from tests.support.dbt import dbt
from tests.support.small_house import NIGHT1, write_house
from tests.support.warehouse import DATABASE, build

USERS = "unique_combination_fct_active_users_account_id__location_id__period_start_at__customer_id"


@pytest.fixture(scope="module")
def tests(tmp_path_factory):
    """What dbt compiles for the command."""
    return compiled_tests(tmp_path_factory.mktemp("compiled"))


@pytest.fixture
def warehouse(compiled, tmp_path, tests, monkeypatch):
    """The small house after a night. Its landing zone is gone."""
    monkeypatch.setattr(headcount.check, "compiled_tests", lambda folder: tests)
    file = tmp_path / f"{DATABASE}.duckdb"
    with build(compiled, write_house(tmp_path / "landing"), NIGHT1, file=file):
        pass
    os.rename(tmp_path / "landing", tmp_path / "away")
    return file


def double_users(warehouse: Path, where: str) -> int:
    """Users of some periods stand twice. Gives how many."""
    with duckdb.connect(str(warehouse)) as connection:
        users = f"from marts.fct_active_users where {where}"
        (doubled,) = connection.execute(f"select count(*) {users}").fetchone()
        connection.execute(f"insert into marts.fct_active_users select * {users}")
    return doubled


MAY = "period_start_at < timestamp '2026-05-20'"


def test_all_tests_hold_while_somebody_reads(warehouse):
    before = warehouse.read_bytes()
    with duckdb.connect(str(warehouse), read_only=True):
        done = headcount_command("check", "--warehouse", warehouse)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" hold, 0 failed\n")
    assert int(done.stdout.split()[0]) > 60
    assert warehouse.read_bytes() == before


def test_a_test_that_fails_is_one_line_with_its_rows(warehouse, capsys):
    doubled = double_users(warehouse, MAY)
    assert main(["check", "--warehouse", str(warehouse)]) == 1
    *failed, summary = capsys.readouterr().out.splitlines()
    assert summary.endswith(f" hold, {len(failed)} failed")
    (line,) = (line for line in failed if line.startswith(f"test {USERS} "))
    twice = "Something is there twice that may be there once."
    assert f"failed with {doubled} rows: {twice} See them with: duckdb -readonly {warehouse} < " in line
    sql = Path(line.split(" < ")[1]).read_text()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert len(connection.execute(sql).fetchall()) == doubled


def test_whoever_watches_gets_one_line_of_results(warehouse, tmp_path, tests):
    """`--json FILE` (run.md): how it ended and how many tests, whether they hold or not."""
    file = tmp_path / "results.json"
    words = ["check", "--warehouse", str(warehouse), "--json", str(file)]
    assert main(words) == 0
    said = json.loads(file.read_text())
    assert said.pop("seconds") >= 0
    assert said == {"command": "check", "exit_code": 0, "error": None, "tests": len(tests), "failed": 0}
    assert file.read_text().count("\n") == 1
    double_users(warehouse, MAY)
    assert main(words) == 1
    said = json.loads(file.read_text())
    assert (said["exit_code"], said["error"], said["tests"]) == (1, None, len(tests))
    assert said["failed"] >= 1
    os.remove(warehouse)
    assert main(words) == 2
    said = json.loads(file.read_text())
    assert said["exit_code"] == 2
    assert "no such file" in said["error"]
    assert "tests" not in said


def test_what_cannot_be_read_is_wrong_usage(tmp_path, capsys):
    assert main(["check", "--warehouse", str(tmp_path / "none.duckdb")]) == 2
    assert capsys.readouterr().err.startswith("headcount: warehouse ")


def test_a_night_tests_the_rows_that_it_wrote(warehouse, tmp_path):
    """With May sealed, a user who stands twice in it was another night's to find; one in June is found."""
    target = dbt(":memory:", tmp_path / "target", "compile", "--select", USERS, HEADCOUNT_SEALED_UNTIL=NIGHT1)
    (sql,) = (path.read_text() for path in (target / "compiled").rglob("unique_combination*.sql"))
    assert double_users(warehouse, MAY)
    with duckdb.connect(str(warehouse)) as connection:
        open_periods = "select * from intermediate.int_periods where period_start_at > timestamp '2026-05-20'"
        connection.execute(f"create or replace table intermediate.int_periods__to_judge as {open_periods}")
        assert connection.execute(sql).fetchall() == []
        connection.execute(
            "insert into marts.fct_active_users select users.* replace ("
            "periods.account_id as account_id, periods.location_id as location_id, periods.period_start_at as period_start_at"
            ") from (from marts.fct_active_users limit 1) as users "
            "cross join (from intermediate.int_periods__to_judge limit 1) as periods cross join range(2)"
        )
        assert len(connection.execute(sql).fetchall()) == 1
