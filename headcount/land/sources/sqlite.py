"""SQLite. Its values have types, its columns do not: every value is read as the text that SQLite makes of it."""

from datetime import datetime
from pathlib import Path

from headcount.errors import UsageError
from headcount.land.sources.source import NAME, Relation, Source
from headcount.landing.values import reading
from headcount.sql import quoted, text

# Before each value stands the first letter of its type, so that numbers and bytes are spelled by the code that spells all
# of them.
_TYPED = (
    "substr(typeof({x}), 1, 1) || case typeof({x}) when 'real' then printf('%!.17g', {x}) when 'blob' then hex({x}) else {x} end"
    " as {x}"
)
_NUMBER = reading("DOUBLE", "text", "cast(substr({x}, 2) as double)").landed
_BYTES = reading("BLOB", "number", "unhex(substr({x}, 2))").landed
_PLAIN = f"case {{x}}[1] when 'r' then {_NUMBER} when 'b' then {_BYTES} else substr({{x}}, 2) end"


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
        said = ", ".join(_TYPED.format(x=quoted(column)) for column, *_ in found)
        values = ", ".join(f"{_PLAIN.format(x=quoted(column))} as {quoted(column)}" for column, *_ in found)
        rows = f"(select {values} from {_asked(f'select {said} from ({chr(10)}{query}{chr(10)})')})"
        return Relation(rows, dict.fromkeys((column for column, *_ in found), "VARCHAR"), is_untyped=True)

    def close(self) -> None:
        self.connection.execute("commit")
        self.connection.execute(f"detach {NAME}")

    @staticmethod
    def instant(at: datetime) -> str:
        # Texts are compared: one without a fraction comes before all that have one, and a blank before a T.
        return text(at.replace(microsecond=0).isoformat(sep=" "))


def _asked(query: str) -> str:
    return f"sqlite_query({text(NAME)}, {text(query)})"
