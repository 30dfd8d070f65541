"""Loads from a database into a landing zone, made in this process, and what stands in the zone after them."""

import contextlib
import io
from pathlib import Path
from types import SimpleNamespace

import duckdb

from headcount.cli import main
from headcount.sql import text


class Loads:
    """A landing zone in a folder, and loads into it from one database by one mapping (YAML, as text)."""

    def __init__(self, folder: Path, url: str, mapping: str):
        self.landing, self.mapping, self.url = folder / "landing", folder / "mapping.yml", url
        self.mapping.write_text(mapping)

    def load(self, *more: str, url: str | None = None) -> SimpleNamespace:
        """One load: its exit code and what it said."""
        out, err = io.StringIO(), io.StringIO()
        words = ["land", "database", "--from", url or self.url, "--mapping", str(self.mapping), "--landing", str(self.landing)]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*words, *more])
        return SimpleNamespace(code=code, out=out.getvalue(), err=err.getvalue())

    def landed(self, *more: str) -> str:
        """A load that has to be done; what it said."""
        done = self.load(*more)
        assert done.code == 0, done.err
        return done.out

    def refused(self, *more: str, url: str | None = None) -> str:
        """A load that has to be refused with one line, and leave the zone as it was; the line."""
        before = self.files()
        done = self.load(*more, url=url)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
        assert self.files() == before
        return done.err.strip()

    def files(self) -> list[str]:
        """Everything in the zone, by its path."""
        return sorted(str(path.relative_to(self.landing)) for path in self.landing.rglob("*")) if self.landing.exists() else []

    def rows(self, table: str, columns: str) -> list[tuple]:
        """What has landed of a table, oldest first."""
        files = f"read_parquet({text(self.landing / table / '*' / '*.parquet')}, union_by_name = true)"
        with duckdb.connect() as connection:
            return connection.execute(f"select {columns} from {files} order by _loaded_at, 1").fetchall()
