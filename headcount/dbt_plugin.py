"""dbt-duckdb plugin: gives every dbt command on the warehouse the landing zone as views (profiles/profiles.yml)."""

import os
from datetime import datetime
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from headcount import run
from headcount.exports import ledger
from headcount.landing import inspect, register
from headcount.project import ZONE_OFFSETS
from headcount.spelling import instant
from headcount.sql import text
from headcount.timezones import TZDATA_VERSION

# DuckDB names a database after its file. These names are taken: by schemas of the warehouse, or by databases of its own.
_TAKEN = ("landing", "staging", "intermediate", "marts", "seeds", "exports", "ledger", "main", "temp", "system")


class Plugin(BasePlugin):
    """Makes the schema `landing` when dbt connects: a view for each table, the files, the zone offsets and the run's
    row; and the schema `ledger`, of what has left."""

    # The file that a night builds, in place of the profile's: what dbt has read of the project holds for any warehouse then.
    warehouse: str | None = None
    # What a night has looked at already is not looked at again.
    stock = None
    # What the result depends on beside the landing zone: JSON, for the mart `runs`.
    made_with: str | None = None
    # Whatever has ended is closed: only `headcount preview` asks for it, of a copy.
    is_preview = False

    def update_connection_config(self, creds, config):
        # Called before the file is opened, and so before it is made.
        creds.path = Plugin.warehouse or creds.path
        forbid_name(creds.path)

    def configure_connection(self, conn):
        conn.execute("set TimeZone = 'UTC'")
        # Without HEADCOUNT_LANDING, say to query a warehouse, the views of the run that built it stay, and its instant.
        is_new = not _has_views(conn)
        if run.landing() or is_new:
            register(conn, Plugin.stock or inspect(run.landing()), after=run.sealed_until())
        if run.landing() or os.environ.get("HEADCOUNT_AS_OF") or is_new:
            ruleset = os.environ.get("HEADCOUNT_RULESET")
            register_run(conn, run.as_of(), ruleset, run.sealed_until(), Plugin.made_with, Plugin.is_preview)
            ledger.load(conn, run.billing(), run.as_of())


def register_run(
    conn,
    as_of: datetime,
    ruleset: str | None = None,
    sealed_until: datetime | None = None,
    made_with: str | None = None,
    is_preview: bool = False,
) -> None:
    """Make the views `landing.run`, with the run's one row, and `landing.zone_offsets`. `made_with`: JSON, see mart runs."""
    conn.execute(
        "create or replace view landing.zone_offsets as "
        f"select timezone, offset_from_at, offset_until_at, offset_seconds from read_parquet({text(ZONE_OFFSETS)})"
    )
    conn.execute(
        "create or replace view landing.run as select "
        f"{_instant(as_of)} as as_of_at, "
        f"{_words(ruleset)} as ruleset_override, "
        f"{text(TZDATA_VERSION)} as tzdata_version, "
        f"{_instant(sealed_until)} as sealed_until_at, "
        f"{_words(made_with)} as made_with, "
        f"{str(is_preview).lower()} as is_preview"
    )


def _instant(moment: datetime | None) -> str:
    return f"cast({text(instant(moment)) if moment else 'null'} as timestamp)"


def _words(words: str | None) -> str:
    return f"cast({text(words) if words else 'null'} as varchar)"


def forbid_name(warehouse: str) -> None:
    """Raises for a file in which dbt's SQL would find something else than the warehouse, or not find it."""
    if {"?", "#"} & set(warehouse):
        raise DbtRuntimeError(f"warehouse {warehouse}: a path with ? or # in it does not work; name another")
    database = Path(warehouse).name.lstrip(".").split(".")[0]
    if database.lower() in _TAKEN:
        raise DbtRuntimeError(
            f"warehouse {warehouse}: DuckDB would call the database {database}, a name that is taken; name the file "
            "otherwise, or let 'headcount nightly' build it, which takes any name"
        )


def _has_views(conn) -> bool:
    return bool(conn.execute("select 1 from duckdb_views() where schema_name = 'landing' limit 1").fetchall())
