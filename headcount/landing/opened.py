"""The files of a zone that somebody reads, opened for their shapes: each once, and none that nobody asks for.

A file that an earlier run has read to its end is known by its figures; its header or footer would say nothing new.
"""

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from headcount.errors import LandingError
from headcount.landing.contract import landing_contract
from headcount.landing.shapes import Shape, lacks_required, shapes_of
from headcount.landing.trouble import spoiled
from headcount.landing.views import select
from headcount.landing.zone import LandedFile, Zone
from headcount.warehouse import in_memory


class Opened:
    """The shapes of the files of a zone that were opened so far. `known_keys`: what earlier runs found in the lines of an
    NDJSON file, by its name."""

    def __init__(self, zone: Zone, known_keys: dict[str, tuple]):
        self._zone = zone
        self.shapes: list[Shape] = []
        self._names: set[str] = set()
        self._keys = {
            table: {file.name: known_keys[file.name] for file in zone.of_table(table) if file.name in known_keys}
            for table in landing_contract()
        }

    def of(self, names: Iterable[str]) -> list[Shape]:
        """The shapes of the files with these names. Raises LandingError, one line, for a file that cannot be read, or that
        lacks a required column."""
        wanted = set(names)
        new = self._opened(wanted - self._names)
        self.shapes += new
        self._names |= wanted
        for shape in new:
            self._forbid_missing_column(shape)
        return [only(shape, kept) for shape in self.shapes if (kept := [file for file in shape.files if file.name in wanted])]

    def _opened(self, names: set[str]) -> list[Shape]:
        found = []
        if not names:
            return found
        with in_memory() as connection:
            for table in landing_contract().values():
                files = [file for file in self._zone.of_table(table.name) if file.name in names]
                found += shapes_of(connection, table, files, self._keys[table.name])
        return found

    def _forbid_missing_column(self, shape: Shape) -> None:
        missing = lacks_required(shape)
        if missing and not _holds_deletions_only(shape):
            table = shape.table.name
            others = self._opened({file.name for file in self._zone.of_table(table)})
            is_elsewhere = any(missing in other.columns for other in others)
            where = f"not in {shape.files[0].name}; folder" if is_elsewhere else "in no file of"
            raise LandingError(
                f"table {table}: required column {missing} is {where} {self._zone.folder / table}; "
                "land it, or name it as the landing contract does"
            )


def only(shape: Shape, files: list[LandedFile]) -> Shape:
    """Some files of a shape."""
    return replace(shape, files=files)


def first_spoiled(shapes: list[Shape]) -> LandingError | None:
    """The error for the first file that cannot be read to its end; none when all can."""
    with in_memory() as connection:
        for shape in shapes:
            for file in shape.files:
                try:
                    # Every value is read: the footer of a Parquet file can be whole and its pages not.
                    rows = f"select bit_xor(hash(landed)) from ({select(only(shape, [file]))}) as landed"
                    connection.execute(rows).fetchall()
                except duckdb.Error as error:
                    return spoiled(file, error)
    return None


def _holds_deletions_only(shape: Shape) -> bool:
    """Of a deletion only the key and the instant are read, so a file of nothing else needs no other column."""
    needed = {shape.table.columns[0].name, "_loaded_at", "_deleted"}
    if shape.format == "ndjson" or shape.table.kind != "record" or not needed <= shape.columns.keys():
        return False
    try:
        with in_memory() as connection:
            rows = f"select count(*) from ({select(shape)}) where _deleted is not true"
            return connection.execute(rows).fetchone()[0] == 0
    except duckdb.Error as error:
        raise first_spoiled([shape]) or error from error
