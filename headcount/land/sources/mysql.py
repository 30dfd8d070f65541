"""MySQL and MariaDB. DuckDB ends a transaction there with each query, so that all queries are one: its branches see one
state, each with a name before it, and every value of theirs is text."""

import configparser
import os
from datetime import datetime
from pathlib import Path

import duckdb

from headcount.errors import SourceError
from headcount.land.sources.source import NAME, Relation, Source, plain_number
from headcount.sql import quoted, text

_SETTINGS = {
    "mysql_session_time_zone": "+00:00",
    "mysql_query_timeout_enabled": False,
    "mysql_pool_enable_reaper_thread": False,
}
# In MySQL's own files and in URLs some are called otherwise than by DuckDB.
_OWN_NAMES = {"ssl-ca": "ssl_ca", "ssl-cert": "ssl_cert", "ssl-key": "ssl_key", "ssl-mode": "ssl_mode"}
# The clock is read by a branch of its own.
_CLOCK = ""


class MySQL(Source):
    """Signs in with what the URL says, else the variables MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_USER, MYSQL_PWD, else the
    section [client] of ~/.my.cnf."""

    extension = "mysql"

    def _attach(self) -> None:
        for name, value in _SETTINGS.items():
            self.connection.execute(f"set {name} = {text(value)}")
        parts = self._parts()
        self.place.password = parts.get("password", "")
        told = ", ".join(f"{name} {text(value)}" for name, value in parts.items())
        self.connection.execute(f"create temporary secret signing_in (type mysql{', ' if told else ''}{told})")
        self.connection.execute(f"attach '' as {NAME} (type mysql, secret signing_in, read_only)")

    def _parts(self) -> dict[str, str]:
        variables = {"host": "MYSQL_HOST", "port": "MYSQL_TCP_PORT", "user": "MYSQL_USER", "password": "MYSQL_PWD"}
        said = {
            "host": self.place.host, "port": self.place.port, "user": self.place.user, "password": self.place.password,
            "database": self.place.path.lstrip("/"),
        } | {_OWN_NAMES.get(name, name): value for name, value in self.place.more.items()}  # fmt: skip
        kept = _client_section() | {part: os.environ[name] for part, name in variables.items() if os.environ.get(name)}
        return kept | {name: value for name, value in said.items() if value}

    def open(self, queries: dict[str, str], folder: Path) -> datetime:
        self._columns = {name: self._described(name, query) for name, query in queries.items()}
        width = max(map(len, self._columns.values()), default=1)
        branches = [_branch(_CLOCK, ["cast(utc_timestamp(6) as char character set utf8mb4)"], "dual", width)]
        for name, query in queries.items():
            texts = [_as_text(column, kind) for column, kind in self._columns[name].items()]
            branches.append(_branch(name, texts, f"(\n{query}\n) as q", width))
        self._file = folder / "everything.parquet"
        said = f"from {_asked(chr(10).join(['', 'union all', '']).join(branches), ', stream_results = true')}"
        try:
            self.connection.execute(f"copy ({said}) to {text(self._file)} (format parquet)")
        except duckdb.Error as error:
            raise SourceError(f"--from {self.place}: cannot be read ({self.told(error)})") from None
        clock = f"select cast(value_1 as timestamp) from read_parquet({text(self._file)}) where table_name = {text(_CLOCK)}"
        return self.connection.execute(clock).fetchone()[0]

    def _described(self, name: str, query: str) -> dict[str, str]:
        nothing = f"describe from {_asked(f'select * from ({chr(10)}{query}{chr(10)}) as q limit 0')}"
        return {row[0]: row[1] for row in self.refusing(name, lambda: self.connection.execute(nothing).fetchall())}

    def relation(self, name: str) -> Relation:
        columns = self._columns[name]
        own = ", ".join(_from_text(number, column, kind) for number, (column, kind) in enumerate(columns.items(), 1))
        plain = ", ".join(plain_number(quoted(column), kind) for column, kind in columns.items())
        rows = f"(select {plain} from (select {own} from read_parquet({text(self._file)}) where table_name = {text(name)}))"
        return Relation(rows, {column: _kept_as(kind) for column, kind in columns.items()})

    def close(self) -> None:
        self.connection.execute(f"detach {NAME}")

    @staticmethod
    def instant(at: datetime) -> str:
        return f"timestamp '{at.isoformat(sep=' ', timespec='microseconds')}'"


def _branch(name: str, texts: list[str], rows: str, width: int) -> str:
    padded = texts + ["null"] * (width - len(texts))
    return f"select {text(name)} as table_name, {', '.join(f'{x} as value_{n}' for n, x in enumerate(padded, 1))} from {rows}"


def _as_text(column: str, kind: str) -> str:
    own = "q.`" + column.replace("`", "``") + "`"
    if kind == "BLOB":
        return f"hex({own})"
    return f"cast({own}{' + 0' if kind == 'BOOLEAN' else ''} as char character set utf8mb4)"


def _from_text(number: int, column: str, kind: str) -> str:
    value, kept = f"value_{number}", _kept_as(kind)
    made = {"BLOB": f"unhex({value})", "VARCHAR": value}
    return f"{made.get(kept, f'cast({value} as {kept})')} as {quoted(column)}"


def _kept_as(kind: str) -> str:
    """The type that a value has again once it is no text any more: whole numbers may stand for booleans, days for instants."""
    if kind == "BOOLEAN" or kind.endswith(("INT", "INTEGER")):
        return "HUGEINT"
    return kind if kind in ("BLOB", "DATE", "TIMESTAMP") else "VARCHAR"


def _asked(query: str, more: str = "") -> str:
    return f"mysql_query({text(NAME)}, {text(query)}{more})"


def _client_section() -> dict[str, str]:
    """What MySQL's own programs read of the user's file."""
    reader = configparser.RawConfigParser(allow_no_value=True, strict=False, delimiters=("=",), comment_prefixes=("#", ";", "!"))
    try:
        reader.read(Path("~/.my.cnf").expanduser(), encoding="utf-8")
        section = dict(reader["client"]) if reader.has_section("client") else {}
    except (configparser.Error, UnicodeDecodeError, OSError):
        # A file of others, with more in it than is looked for here.
        return {}
    wanted = ("host", "port", "user", "password", "socket", "database", "ssl-ca", "ssl-cert", "ssl-key", "ssl-mode")
    return {_OWN_NAMES.get(name, name): section[name].strip("'\"") for name in wanted if section.get(name)}
