"""Reads what was published through Superset, as people do by its pages: its REST API, on a server of its own.

    python -m tests.superset --python VENV/bin/python --warehouse FILE

VENV is made from tests/requirements-superset.txt. The role is the one that docs/publish.md shows for readers. All marts are
listed, a chart by month and SQL Lab say what the file says, amounts digit for digit, and what the role may not see is refused.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from tests.support.command import headcount
from tests.support.published import readers
from tests.support.servers import postgres
from tests.support.superset import Client, superset

MART, TIME, USERS = "fct_active_user_counts", "period_start_on", "active_users"
OF_MONTHS = f"select date_trunc('month', {TIME}), sum({USERS}) from marts.{MART} group by all order by 1"
AMOUNTS = """
    select currency, line_kind, cast(sum(amount) as varchar) as amount
    from marts.fct_billing_lines group by currency, line_kind order by currency, line_kind
"""
REFUSED = ("select display_name from marts.dim_customers", "select raw_record from marts.rejected_records")
LISTED = "select distinct table_name from duckdb_columns() where schema_name = 'marts'"


def differences(client: Client, uri: str, warehouse: Path) -> list[str]:
    """What Superset shows otherwise than the file has it."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        marts = {name for (name,) in connection.execute(LISTED).fetchall()}
        months = [(datetime(at.year, at.month, 1, tzinfo=UTC), users) for at, users in connection.execute(OF_MONTHS).fetchall()]
        amounts = [(*group, Decimal(amount)) for *group, amount in connection.execute(AMOUNTS).fetchall()]
    database = client.post("database/", database_name="headcount", sqlalchemy_uri=uri, expose_in_sqllab=True)["id"]
    found = []
    if "marts" not in (schemas := client.get(f"database/{database}/schemas/", "(force:!t)")["result"]):
        found.append(f"the schema is not listed among {schemas}")
    listed = {table["value"] for table in client.get(f"database/{database}/tables/", "(force:!t,schema_name:marts)")["result"]}
    found += [f"{name} is not listed" for name in sorted(marts - listed)]
    if (shown := chart(client, database)) != months:
        found.append(f"the chart says {shown} and the file {months}")
    rows = [tuple(row.values()) for row in lab(client, database, AMOUNTS)]
    if (shown := [(*group, Decimal(amount)) for *group, amount in rows]) != amounts:
        found.append(f"SQL Lab says {shown} and the file {amounts}")
    for sql in REFUSED:
        try:
            lab(client, database, sql)
            found.append(f"is not refused: {sql}")
        except RuntimeError as refused:
            if "permission denied" not in str(refused):
                found.append(f"{sql}: {refused}")
    return found


def chart(client: Client, database: int) -> list[tuple]:
    """Users by month, of a dataset that is made of the mart. Months are instants there: `date_trunc` makes one of a day."""
    dataset = client.post("dataset/", database=database, schema="marts", table_name=MART)["id"]
    by_month = {"label": TIME, "sqlExpression": TIME, "timeGrain": "P1M", "columnType": "BASE_AXIS", "expressionType": "SQL"}
    users = {"label": USERS, "expressionType": "SIMPLE", "column": {"column_name": USERS}, "aggregate": "SUM"}
    asked = {"columns": [by_month], "metrics": [users], "row_limit": 10_000, "orderby": [[by_month, True]]}
    said = client.post("chart/data", datasource={"id": dataset, "type": "table"}, force=True, queries=[asked])
    return [(datetime.fromtimestamp(row[TIME] / 1000, UTC), row[USERS]) for row in said["result"][0]["data"]]


def lab(client: Client, database: int, sql: str) -> list[dict]:
    """What SQL Lab shows."""
    return client.post("sqllab/execute/", database_id=database, schema="marts", sql=sql)["data"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.superset", description="Reads what was published through Superset.")
    parser.add_argument("--python", type=Path, required=True, help="the Python of the environment that Superset is in")
    parser.add_argument("--warehouse", type=Path, required=True, help="a file that headcount nightly has made")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        server.run("create database bi")
        done = headcount("publish", "--warehouse", chosen.warehouse, "--to", server.url("bi"))
        if done.returncode:
            print(done.stderr.strip())
            return 1
        server.run(readers(server.owner), "bi")
        server.run("create role analyst login password 'analyst' in role analysts", "bi")
        server.run("alter role analyst set timezone to 'UTC'", "bi")
        uri = f"postgresql+psycopg2://analyst:analyst@127.0.0.1:{server.port}/bi"
        with superset(chosen.python.absolute(), Path(folder)) as client:
            found = differences(client, uri, chosen.warehouse)
    print("\n".join(found) or "Superset lists every mart, and its chart and SQL Lab say what the file says")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
