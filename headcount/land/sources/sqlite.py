"""SQLite. Its values have types, its columns do not: every value is read as the text that SQLite makes of it."""

from datetime import datetime
from pathlib import Path

from headcount.errors import UsageError
from headcount.land.sources.source import NAME, Relation, Source
from headcount.sql import quoted, text


class SQLite(Source):
    """A file of SQLite, which is only read."""

    extension = "sqlite"

    def _attach(self) -> None:
        file = self._file()
        self.connection.execute(f"attach {text(file)} as {NAME} (type sqlite, read_only)")
        self.connection.execute(f"from {_asked('select count(*) as n from sqlite_master')}").fetchall()

    def _file(self) -> Path:
        """SQLAlchemy takes off one more / than others do: the file that is there is meant."""
        named = Path(self.place.host + self.place.path)
        file = named if named.is_file() else Path(self.place.path.removeprefix("/"))
        if not file.is_file():
            raise UsageError(f"--from {self.place}: no such file; name one that SQLite has made")
        return file.resolve()

    def open(self, queries: dict[str, str], folder: Path) -> datetime:
        self._queries = queries
        self.connection.execute("begin")
        # The first read takes the state that all others see; so the clock is read with it, and not before.
        now = "select strftime('%Y-%m-%d %H:%M:%f', 'now') as at from (select count(*) from sqlite_master)"
        return datetime.fromisoformat(self.connection.execute(f"from {_asked(now)}").fetchone()[0])

    def relation(self, name: str) -> Relation:
        query = self._queries[name]
        found = self.refusing(name, lambda: self.connection.execute(f"describe from {_asked(query)}").fetchall())
        # A whole number is spelled as one, in whatever it was kept.
        plain = "case when typeof({x}) = 'real' and {x} = cast({x} as integer) then cast({x} as integer) else {x} end as {x}"
        chosen = ", ".join(plain.format(x=quoted(column)) for column, *_ in found)
        return Relation(f"(from {_asked(f'select {chosen} from ({query})')})", dict.fromkeys((row[0] for row in found), "VARCHAR"))

    def close(self) -> None:
        self.connection.execute("commit")
        self.connection.execute(f"detach {NAME}")

    @staticmethod
    def instant(at: datetime) -> str:
        # Texts are compared: one without a fraction comes before all that have one, and a blank before a T.
        return text(at.replace(microsecond=0).isoformat(sep=" "))


def _asked(query: str) -> str:
    return f"sqlite_query({text(NAME)}, {text(query)})"
