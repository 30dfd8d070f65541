"""Reads a warehouse for pages: a connection for each page, and what is the same for all pages of one file only once."""

import os
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import RLock

import pyarrow as pa

from headcount.sql import quoted
from headcount.warehouse import DATABASE, open_warehouse

# What the pages of an account read that is the same for all.
_WHOLE = (
    ("marts", "runs"), ("marts", "dim_local_days"), ("seeds", "example_package_prices"), ("seeds", "example_rate_cards"),
    ("seeds", "map_currencies"), ("seeds", "rule_conditions"),
)  # fmt: skip

# Rows of a long list that are held at once.
BATCH_ROWS = 20_000


class Shelf:
    """What has been worked out of a warehouse file and holds until a night puts another file in its place."""

    def __init__(self, warehouse: Path):
        self.warehouse = warehouse
        self._lock = RLock()
        self._file, self._kept = None, {}

    def once(self, name: str, make: Callable[[], object]):
        """What `make` gives, made once for the file that stands there now. Others who ask meanwhile wait for it."""
        with self._lock:
            if (file := self._identity()) != self._file:
                self._file, self._kept = file, {}
            if name not in self._kept:
                self._kept[name] = make()
            return self._kept[name]

    def has(self, name: str) -> bool:
        """Whether that has been made of the file that stands there now."""
        with self._lock:
            return self._identity() == self._file and name in self._kept

    def _identity(self) -> tuple[int, int, int]:
        file = os.stat(self.warehouse)
        return file.st_ino, file.st_mtime_ns, file.st_size


class Reading:
    """The rows of a warehouse, for one page or for many written one after the other. A context manager: a file is not held
    open longer than a page takes, so that a night and dbt may have it."""

    def __init__(self, shelf: Shelf, threads: int | None = None):
        self._shelf, self._threads = shelf, threads
        self._tables: set[str] = set()
        self._grouped: dict[str, dict[str, list[dict]]] = {}

    def __enter__(self) -> "Reading":
        self._connection = open_warehouse(self._shelf.warehouse)
        if self._threads:
            self._connection.execute(f"set threads = {self._threads}")
        return self

    def __exit__(self, *_) -> None:
        self._connection.close()

    @contextmanager
    def of_accounts(self, accounts: list[str]):
        """For a while the warehouse has the rows of these accounts only, in memory: many pages of each are made of it, and
        none of them goes over the rows of all others."""
        self._connection.execute("attach ':memory:' as few")
        try:
            for schema, table in self._tables_of_accounts():
                self._connection.execute(f"create schema if not exists few.{schema}")
                self._connection.execute(
                    f"create table few.{schema}.{quoted(table)} as select * from {DATABASE}.{schema}.{quoted(table)} "
                    "where account_id in (select unnest($1))",
                    [accounts],
                )
            # Of what happened, that of people who did not count.
            self._connection.execute("create schema if not exists few.intermediate")
            self._connection.execute(
                f"""
                create table few.intermediate.int_activity__happened as
                select * from {DATABASE}.intermediate.int_activity__happened
                where account_id in (select unnest($1))
                    and customer_id in (select customer_id from few.marts.fct_uncounted_activity)
                """,
                [accounts],
            )
            for schema, table in _WHOLE:
                self._connection.execute(f"create schema if not exists few.{schema}")
                self._connection.execute(f"create view few.{schema}.{table} as select * from {DATABASE}.{schema}.{table}")
            self._connection.execute("use few")
            yield
        finally:
            self._grouped = {}
            self._connection.execute(f"use {DATABASE}")
            self._connection.execute("detach few")

    def _tables_of_accounts(self) -> list[tuple[str, str]]:
        """What the pages of an account read that has rows of several accounts."""
        return self._connection.execute(
            f"""
            select distinct schema_name, table_name from duckdb_columns()
            where database_name = '{DATABASE}' and column_name = 'account_id'
                and (schema_name in ('marts', 'exports') or table_name = 'int_packages__by_account')
                and table_name not in ('active_user_explanations', 'fct_whatif_counts', 'fct_whatif_moves')
            order by all
            """
        ).fetchall()

    def rows(self, sql: str, **values) -> list[dict]:
        """Rows by the names of their columns; `$name` in the SQL is a value."""
        found = self._connection.execute(sql, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def batches(self, sql: str, **values):
        """The same as tuples, so many at once as Python need hold. Nothing else is asked until the last has been taken."""
        found = self._connection.execute(sql, values)
        while batch := found.fetchmany(BATCH_ROWS):
            yield batch

    def grouped(self, name: str, sql: str, **values) -> dict[str, list[dict]]:
        """The rows of a query over all accounts, by account: asked once while a reading has the rows of few."""
        if name not in self._grouped:
            found: dict[str, list[dict]] = {}
            for row in self.rows(sql, **values):
                found.setdefault(row["account_id"], []).append(row)
            self._grouped[name] = found
        return self._grouped[name]

    def row(self, sql: str, **values) -> dict | None:
        """The first row, or None."""
        return next(iter(self.rows(sql, **values)), None)

    def has(self, schema: str, name: str) -> bool:
        """Whether the warehouse has a table or view: one that a plain dbt run made lacks what only a night writes."""
        sql = "select 1 from information_schema.tables where table_schema = $schema and table_name = $name"
        return bool(self.rows(sql, schema=schema, name=name))

    def once(self, name: str, make: Callable[["Reading"], object]):
        """What `make` gives of this reading, kept for the pages that follow."""
        return self._shelf.once(name, lambda: make(self))

    def table(self, name: str, make: Callable[["Reading"], pa.Table]) -> None:
        """Have a table of that name in this connection, made once for the file."""
        if name not in self._tables:
            self._connection.register(name, self.once(name, make))
            self._tables.add(name)

    def arrow(self, sql: str, **values) -> pa.Table:
        return self._connection.execute(sql, values).to_arrow_table()

    @cached_property
    def run(self) -> dict:
        """The newest run: `as_of_at`, `ruleset_override`, and the run before it, `before_at`. None has no instant."""
        return self.row(
            """
            select
                max(as_of_at) as as_of_at,
                max_by(ruleset_override, as_of_at) as ruleset_override,
                max(as_of_at) filter (where as_of_at < (select max(as_of_at) from marts.runs)) as before_at
            from marts.runs
            """
        )

    @property
    def as_of(self) -> datetime | None:
        return self.run["as_of_at"]

    @cached_property
    def digits(self) -> dict[str, int]:
        """The minor digits of each currency."""
        return self.once("digits", lambda reading: {
            row["currency"]: row["minor_units"]
            for row in reading.rows("select currency, minor_units from seeds.map_currencies")
        })  # fmt: skip
