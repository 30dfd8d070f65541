"""PostgreSQL. DuckDB reads it in a transaction of repeatable reads that may not write, for as long as its own lasts."""

import os
from datetime import datetime
from pathlib import Path

from headcount.land.sources.source import NAME, Relation, Source, plain_number
from headcount.sql import quoted, text


class Postgres(Source):
    """Reads by libpq, so with its variables (PGUSER, PGPASSWORD, PGSERVICE and more) and files (.pgpass)."""

    extension = "postgres"

    def _attach(self) -> None:
        parts = {"host": self.place.host, "port": self.place.port, "user": self.place.user, "dbname": self.place.path.lstrip("/")}
        told = " ".join(f"{name}={_value(value)}" for name, value in (parts | self.place.more).items() if value)
        # A time without a zone is held against an instant as the time in UTC that it is.
        wanted = {"PGTZ": "UTC", "PGAPPNAME": "headcount"}
        # A password given like this stands in no text that an error could repeat.
        wanted |= {"PGPASSWORD": self.place.password} if self.place.password else {}
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            # The one connection that is made here is the one that is read from.
            self.connection.execute(f"attach {text(told)} as {NAME} (type postgres, read_only)")
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value

    def open(self, queries: dict[str, str], folder: Path) -> datetime:
        self._queries = queries
        self.connection.execute("begin")
        now = "select now() at time zone 'UTC' as at"
        return self.refusing("(clock)", lambda: self.connection.execute(f"from {_asked(now)}").fetchone()[0])

    def relation(self, name: str) -> Relation:
        query = self._queries[name]
        found = self.refusing(name, lambda: self.connection.execute(f"describe from {_asked(query)}").fetchall())
        physical = {column: kind for column, kind, *_ in found}
        # DuckDB makes a binary float of a number without fixed digits, and of one with more than 38.
        inexact = [column for column, kind in physical.items() if kind in ("DOUBLE", "FLOAT")]
        if not inexact:
            return Relation(f"(from {_asked(query)})", physical)
        exact = [_exact(quoted(column)) if column in inexact else quoted(column) for column in physical]
        plain = [plain_number(quoted(column), "number") if column in inexact else quoted(column) for column in physical]
        asked = _asked(f"select {', '.join(exact)} from (\n{query}\n) as exact")
        return Relation(f"(select {', '.join(plain)} from {asked})", physical | dict.fromkeys(inexact, "VARCHAR"))

    def close(self) -> None:
        self.connection.execute("commit")
        self.connection.execute(f"detach {NAME}")

    @staticmethod
    def instant(at: datetime) -> str:
        return f"timestamptz '{at.isoformat(sep=' ')}+00'"


def _asked(query: str) -> str:
    # DuckDB writes more behind it; a comment at its end would swallow that.
    whole = f"select * from (\n{query}\n) as asked"
    return f"postgres_query({text(NAME)}, {text(whole)})"


def _exact(column: str) -> str:
    return f"cast(cast(cast({column} as text) as numeric) as text) as {column}"


def _value(value: str) -> str:
    """A value in libpq's list of words and values."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
