"""An application on PostgreSQL that people use while it is landed: a table for each of some landed tables, held together
by foreign keys, and writers who change it at random."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow.parquet as parquet

from headcount.landing import Table, landing_contract
from headcount.sql import quoted

RECORDS = ("accounts", "locations", "customers", "teams", "team_memberships", "bookings", "invoices", "invoice_lines")
EVENTS = ("customer_status_changes", "edits")
_TYPES = {"instant": "timestamptz", "date": "date", "boolean": "boolean", "number": "numeric", "integer": "integer"}
_WORDS = {
    "product": ["nexudus"], "timezone": ["Europe/Lisbon", "Asia/Kolkata"], "currency": ["EUR", "KWD", "JPY"],
    "status": ["active", "suspended", "archived"], "line_type": ["booking", "plan"], "edit_kind": ["information", "food_plan"],
}  # fmt: skip


def own_columns(table: Table) -> list:
    """The columns that the application keeps: those of the contract without what a load adds."""
    return [column for column in table.columns if column.name not in ("_loaded_at", "_deleted")]


class Application:
    """The application's database on a server, by the address that psycopg takes."""

    def __init__(self, address: str):
        self.address = address
        self.tables = {name: landing_contract()[name] for name in (*RECORDS, *EVENTS)}

    def make(self) -> None:
        with psycopg.connect(self.address) as connection:
            for table in self.tables.values():
                connection.execute(self._definition(table))

    def mapping(self, file: Path) -> Path:
        """A mapping that lands it: the records by their state, the events by what is new."""
        lines = []
        for table in self.tables.values():
            columns = ", ".join(column.name for column in own_columns(table))
            query = f"select {columns} from {table.name}"
            if table.name in RECORDS:
                lines += [f"{table.name}:", "  kind: snapshot", f"  query: {query}"]
            else:
                since = _moment(table)
                lines += [f"{table.name}:", "  kind: append", f"  since: {since}", "  overlap: 1 minute"]
                lines += [f"  query: {query} where {since} >= {{since}}"]
        file.write_text("\n".join(lines) + "\n")
        return file

    def rows(self) -> dict[str, dict[str, tuple]]:
        """Every table as it is: key -> the other values, as the contract has them."""
        found = {}
        with psycopg.connect(self.address) as connection:
            for table in self.tables.values():
                columns = ", ".join(quoted(column.name) for column in own_columns(table))
                rows = connection.execute(f"select {columns} from {table.name}").fetchall()
                found[table.name] = {row[0]: tuple(map(_plain, row[1:])) for row in rows}
        return found

    def _definition(self, table: Table) -> str:
        lines = []
        for number, column in enumerate(own_columns(table)):
            line = f"{column.name} {_TYPES.get(column.data_type, 'text')}"
            line += " primary key" if number == 0 else " not null" if column.required else ""
            parent, _, key = (column.refers_to or "").partition(".")
            if parent in self.tables:
                line += f" references {parent} ({key}) on delete cascade"
            lines.append(line)
        return f"create table {table.name} ({', '.join(lines)})"


def _moment(table: Table) -> str:
    return next(column.name for column in table.columns if column.never_ahead)


def _plain(value):
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


class Writer(threading.Thread):
    """Somebody who changes rows at random, at times in a transaction that takes long, until told to stop. What the
    database refuses (a parent that somebody else has deleted meanwhile, a deadlock) is not done; anything else is `broken`."""

    def __init__(self, application: Application, seed: int, number: int):
        super().__init__(daemon=True)
        self.application, self.draw, self.number = application, random.Random(f"{seed} {number}"), number
        self.done, self.made, self.broken = 0, 0, None
        self._stop_asked = threading.Event()

    def stop(self) -> None:
        self._stop_asked.set()

    def run(self) -> None:
        try:
            with psycopg.connect(self.application.address) as connection:
                while not self._stop_asked.is_set():
                    self.change(connection)
        except Exception as error:
            self.broken = error

    def change(self, connection) -> None:
        """One transaction of a few changes."""
        try:
            for _ in range(self.draw.choice([1, 1, 2, 5])):
                self._one(connection)
                if self.draw.random() < 0.03:
                    time.sleep(self.draw.uniform(0.2, 2))
            connection.commit()
            self.done += 1
        except (psycopg.IntegrityError, psycopg.errors.DeadlockDetected):
            connection.rollback()

    def _one(self, connection) -> None:
        name = self.draw.choice([*RECORDS, *RECORDS, *EVENTS])
        table, what = self.application.tables[name], self.draw.random()
        key = table.columns[0].name
        if name in EVENTS or what < 0.5:
            values = self._values(connection, table)
            if values:
                places = ", ".join(["%s"] * len(values))
                connection.execute(f"insert into {name} ({', '.join(values)}) values ({places})", list(values.values()))
            return
        own = self._some(connection, name, key)
        if own is None:
            return
        # Few of those that all others hang on.
        if what < 0.6 and (name not in ("accounts", "locations") or self.draw.random() < 0.05):
            connection.execute(f"delete from {name} where {key} = %s", [own])
            return
        column = self.draw.choice([column for column in own_columns(table)[1:] if not column.refers_to])
        value = None if not column.required and self.draw.random() < 0.3 else self._value(column)
        connection.execute(f"update {name} set {column.name} = %s where {key} = %s", [value, own])

    def _values(self, connection, table: Table) -> dict | None:
        self.made += 1
        values = {table.columns[0].name: f"{table.name[:3]}-{self.number}-{self.made}"}
        # Keys come back: another life of something deleted.
        if table.name in RECORDS and self.draw.random() < 0.2:
            values[table.columns[0].name] = f"{table.name[:3]}-back-{self.draw.randint(1, 20)}"
        for column in own_columns(table)[1:]:
            parent, _, key = (column.refers_to or "").partition(".")
            if parent in self.application.tables:
                values[column.name] = self._some(connection, parent, key)
                if values[column.name] is None and column.required:
                    return None
            else:
                values[column.name] = None if not column.required and self.draw.random() < 0.4 else self._value(column)
        return values

    def _some(self, connection, name: str, key: str) -> str | None:
        found = connection.execute(f"select {key} from {name} order by random() limit 1").fetchone()
        return found and found[0]

    def _value(self, column):
        draw = self.draw
        if column.name in _WORDS:
            return draw.choice(_WORDS[column.name])
        if column.never_ahead:
            return datetime.now(UTC)
        made = {
            "instant": lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=draw.randrange(10**13)),
            "number": lambda: Decimal(draw.randrange(10 ** draw.choice([2, 6, 12]))).scaleb(-draw.choice([0, 2, 3, 6])),
            "boolean": lambda: draw.random() < 0.5,
            "integer": lambda: draw.randrange(1000),
        }
        return made.get(column.data_type, lambda: draw.choice(["", "Ана", "O'Neill, \"Jo\"", "x\ny", f"n{draw.randrange(99)}"]))()


class Landing:
    """What stands in a landing zone, read without the code that is tried."""

    def __init__(self, folder: Path, tables: dict[str, Table]):
        self.versions: dict[str, dict[str, list[tuple]]] = {name: defaultdict(list) for name in tables}
        for name, table in tables.items():
            columns = [column.name for column in own_columns(table)]
            for file in sorted((folder / name).glob("*/*.parquet")):
                for row in parquet.ParquetFile(file).read().to_pylist():
                    values = tuple(_stripped(row[column]) for column in columns[1:])
                    version = (row["_loaded_at"], row.get("_deleted") is True, values)
                    self.versions[name][row[columns[0]]].append(version)

    def in_force(self, name: str) -> dict[str, tuple]:
        """Of records: key -> the values of the version that landed last, without those that are deleted."""
        last = {key: max(versions, key=lambda version: version[0]) for key, versions in self.versions[name].items()}
        return {key: values for key, (_, is_deleted, values) in last.items() if not is_deleted}


def _stripped(value):
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def as_landed(value):
    """A value of the application as a landing zone holds it: no blanks around a text, none where nothing is left."""
    return (value.strip(" \t\r\n") or None) if isinstance(value, str) else value
