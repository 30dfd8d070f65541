"""What every source is: opened by its address, it gives what some queries say at one instant, and is let go."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import duckdb

from headcount.errors import SourceError, UsageError
from headcount.land.mapping import SINCE
from headcount.land.sources.address import Address, address
from headcount.land.sources.extension import connection_with

# The name under which a database is attached.
NAME = "source"


@dataclass(frozen=True)
class Relation:
    """What a query says: SQL for DuckDB, and of each of its columns how the database spells it and DuckDB's type.

    Numbers that DuckDB has no exact type for are texts. `is_untyped`: all values are, of a database whose columns have no
    types; there 1 and 0 are its booleans.
    """

    sql: str
    columns: dict[str, str]
    is_untyped: bool = False


class Source(ABC):
    """A database on a connection of DuckDB. A context manager: nothing is connected to before, and nothing stays."""

    extension: str
    memory: str | None = None

    def __init__(self, place: Address):
        self.place = place
        self.connection: duckdb.DuckDBPyConnection | None = None

    def __enter__(self):
        self.connection = connection_with(self.extension)
        try:
            self._attach()
        except duckdb.Error as error:
            raise SourceError(f"--from {self.place}: no connection ({self.told(error)}); see that it can be reached") from None
        return self

    def __exit__(self, *_):
        self.connection.close()

    @abstractmethod
    def _attach(self) -> None:
        """Make the database known to the connection."""

    @abstractmethod
    def open(self, queries: dict[str, str], folder: Path) -> datetime:
        """Begin the one transaction in which everything is read. Gives its instant by the database's clock (UTC, naive).
        What has to be kept of the answers meanwhile is kept in the folder."""

    @abstractmethod
    def relation(self, name: str) -> Relation:
        """What the query of this name says in that transaction. Raises SourceError for one that the database refuses."""

    @abstractmethod
    def close(self) -> None:
        """End the transaction."""

    @staticmethod
    @abstractmethod
    def instant(at: datetime) -> str:
        """An instant (UTC) as the database's SQL writes it."""

    def asked_since(self, query: str, since: datetime | None) -> str:
        """The query with the instant from which on it asks for rows; the first time for all."""
        return query.replace(SINCE, self.instant(since or datetime(1000, 1, 1)))

    def refusing(self, name: str, ask: Callable):
        """What `ask` gives. Raises SourceError, one line, when the database refuses the query of this name."""
        try:
            return ask()
        except duckdb.Error as error:
            raise SourceError(f"table {name}: the database refuses its query ({self.told(error)}); mend the mapping") from None

    def told(self, error: Exception) -> str:
        """What a database says of an error: one line, without the query or the address it is about, and no password."""
        words = re.sub(r'^.*?(?:Failed to|Unable to) [^"]*".*": ?', "", str(error), flags=re.DOTALL)
        line = next((line for line in words.splitlines() if line.strip()), type(error).__name__)
        line = re.sub(r"^(?:[A-Za-z ]+ Error: )?(?:ERROR|FATAL): +", "", line.strip())
        for secret in {self.place.password, quote(self.place.password, safe="")} - {""}:
            line = line.replace(secret, "***")
        return line[:300]


def plain_number(column: str, kind: str) -> str:
    """SQL for a column of texts: without the zeros that stand at the end of a number because its type has so many digits."""
    if kind not in ("number", "DOUBLE", "FLOAT") and not kind.startswith("DECIMAL("):
        return column
    return f"case when contains({column}, '.') then rtrim(rtrim({column}, '0'), '.') else {column} end as {column}"


def source(url: str, is_private: bool = False) -> Source:
    """The source that a URL names. Raises UsageError for one that is not understood."""
    from headcount.land.sources.mysql import MySQL
    from headcount.land.sources.postgres import Postgres
    from headcount.land.sources.sqlite import SQLite

    kinds = {"postgresql": Postgres, "postgres": Postgres, "mysql": MySQL, "mariadb": MySQL, "sqlite": SQLite}
    place = address(url, is_private)
    if place.scheme not in kinds:
        raise UsageError(f"--from {place.scheme}:// is no database that is read; there are postgresql, mysql, mariadb and sqlite")
    return kinds[place.scheme](place)
