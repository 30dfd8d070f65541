"""Reads what was published through Superset, as people do by its pages: its own API, in the background.

    python -m tests.superset --python VENV/bin/python --warehouse FILE

Superset is in an environment of its own; docs/publish.md says which versions go together. The role is the one that the
page shows for readers. Tables, a chart and SQL Lab have to say what the file says, and what the role may not see is refused.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from headcount.project import PROJECT
from tests.support.command import headcount
from tests.support.published import readers
from tests.support.servers import postgres

SETTINGS = """
SECRET_KEY = "only for as long as this runs, which is a minute"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
WTF_CSRF_ENABLED = TALISMAN_ENABLED = False
CACHE_CONFIG = DATA_CACHE_CONFIG = {{"CACHE_TYPE": "NullCache"}}
"""
ADMIN = "fab create-admin --username admin --password admin --firstname a --lastname a --email admin@example.com"
MARTS = "select distinct table_name from duckdb_columns() where schema_name = 'marts'"
USERS = "select date_trunc('month', period_start_on), sum(active_users) from marts.fct_active_user_counts group by 1 order by 1"
AMOUNTS = "select currency, cast(sum(amount) as varchar) as amount from fct_billing_lines group by currency order by currency"
REFUSED = ("select display_name from dim_customers", "select raw_record from rejected_records")
QUESTIONS = {"dataset": "fct_active_user_counts", "time": "period_start_on", "amount": "active_users", "sql": [AMOUNTS, *REFUSED]}


def asked(python: Path, uri: str, folder: Path) -> dict:
    """What Superset answers, set up anew in the folder."""
    (folder / "superset_config.py").write_text(SETTINGS.format(folder=folder))
    more = {"SUPERSET_CONFIG_PATH": str(folder / "superset_config.py"), "FLASK_APP": "superset.app:create_app()"}
    how = {"cwd": folder, "env": {**os.environ, **more, "PYTHONPATH": ""}, "capture_output": True, "text": True}
    for words in ("db upgrade", ADMIN, "init"):
        subprocess.run([python.with_name("superset"), *words.split()], check=True, **how)
    words = [python, PROJECT / "tests" / "support" / "in_superset.py", uri]
    done = subprocess.run(words, input=json.dumps(QUESTIONS), **how)
    said = [line.removeprefix("ANSWERS") for line in done.stdout.splitlines() if line.startswith("ANSWERS")]
    if not said:
        raise SystemExit(f"Superset did not answer: {done.stderr[-3000:]}")
    return json.loads(said[0])


def differences(answers: dict, warehouse: Path) -> list[str]:
    """What Superset shows otherwise than the file has it."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        marts = {name for (name,) in connection.execute(MARTS).fetchall()}
        users = connection.execute(USERS).fetchall()
        amounts = connection.execute(AMOUNTS.replace("from ", "from marts.")).fetchall()
    chart = [f"{at}: {number}" for at, number in answers["chart"]]
    lab = [(row["currency"], Decimal(row["amount"])) for row in answers["sql"][0]]
    found = [f"{name} is not listed" for name in sorted(marts - set(answers["tables"]))]
    if sorted(int(number) for _, number in answers["chart"]) != sorted(int(number) for _, number in users):
        found.append(f"the chart says {chart} and the file {users}")
    if lab != [(currency, Decimal(amount)) for currency, amount in amounts]:
        found.append(f"SQL Lab says {lab} and the file {amounts}")
    for sql, said in zip(REFUSED, answers["sql"][1:], strict=True):
        if "permission denied" not in said:
            found.append(f"is not refused: {sql}")
    if answers["columns"]["period_start_on"] != ["DATE", True]:
        found.append(f"period_start_on is shown as {answers['columns']['period_start_on']}")
    return found


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
        server.run(f"{readers(server.owner)}; create role analyst login password 'analyst' in role analysts", "bi")
        uri = f"postgresql+psycopg2://analyst:analyst@127.0.0.1:{server.port}/bi"
        answers = asked(chosen.python.absolute(), uri, Path(folder))
    found = differences(answers, chosen.warehouse)
    shown = f"{len(answers['tables'])} tables, a chart of {len(answers['chart'])} months and SQL Lab"
    print("\n".join(found) or f"{shown} say what the file says")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
