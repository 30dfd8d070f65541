"""`headcount check`: every data test of the models over all rows of a warehouse, which is opened read-only.

A night tests the rows that it has written; this is for what lies longer. dbt compiles the tests against an empty database in
memory, and they run here: dbt itself opens a warehouse to write, which nobody else may then read.
"""

import shlex
import shutil
import tempfile
from pathlib import Path

import duckdb

from headcount.compiled import compiled
from headcount.project import PROJECT
from headcount.results import note
from headcount.warehouse import first_line, open_warehouse
from headcount.words import sentence


def check(warehouse: Path) -> int:
    """Print a line for each test that fails, and how many there are. Returns 0 when all hold, else 1. Raises UsageError for
    a warehouse that cannot be read."""
    with open_warehouse(warehouse) as connection:
        folder = Path(tempfile.mkdtemp(prefix="headcount-check-"))
        failed: list[str] = []
        try:
            tests = compiled_tests(folder)
            failed += filter(None, (_failure(connection, warehouse, one) for one in tests))
        finally:
            # What failed is looked at with the SQL that lies there.
            if not failed:
                shutil.rmtree(folder, ignore_errors=True)
    note(tests=len(tests), failed=len(failed))
    print("\n".join([*failed, f"{len(tests):,} data tests: {len(tests) - len(failed):,} hold, {len(failed):,} failed"]))
    return 1 if failed else 0


def compiled_tests(folder: Path) -> list[dict]:
    """The data tests as dbt's manifest has them, with their SQL, by name; `folder` takes what dbt writes."""
    return compiled(folder, "test", "test_type:data")


def _failure(connection, warehouse: Path, test: dict) -> str | None:
    """What is wrong, in one line; None when the test holds."""
    try:
        (rows,) = connection.execute(f"select count(*) from ({test['compiled_code']})").fetchone()
    except duckdb.Error as error:
        return f"test {test['name']} cannot be run: {first_line(error)}"
    sql = shlex.quote(str(PROJECT / test["compiled_path"]))
    see = f"duckdb -readonly {shlex.quote(str(warehouse))} < {sql}"
    said = sentence("check", test["name"])
    return f"test {test['name']} failed with {rows:,} rows: {said} See them with: {see}" if rows else None
