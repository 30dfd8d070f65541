"""Landing files of given rows, in any of the formats, spelled in the plainest way."""

from pathlib import Path

import pyarrow as pa

from headcount.sample.files import ending, texts, typed, write_file
from tests.oracle.contract import TABLES

TYPES = {
    "instant": pa.timestamp("us", "UTC"),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "decimal": pa.decimal128(18, 6),
    "integer": pa.int64(),
}


def columns_of(table: str) -> dict[str, str]:
    """Every column of a landed table with its kind."""
    kinds = {column.name: column.kind for column in TABLES[table].columns} | {"_loaded_at": "instant"}
    return kinds if TABLES[table].is_event else kinds | {"_deleted": "boolean"}


def write_rows(path: Path, table: str, rows: list[dict], file_format: str) -> Path:
    """A file `path` (its ending is added) with the rows; every column of the contract is in it. Gives the whole path.

    Typed Parquet takes values of their types; the others take texts as well.
    """
    types = {name: TYPES.get(kind, pa.string()) for name, kind in columns_of(table).items()}
    content = typed(rows, types) if file_format == "parquet" else texts(rows, types)
    return write_file(path.with_name(path.name + ending(file_format)), content, file_format)


def write_zone(folder: Path, tables: dict[str, list[dict]], file_format: str, name: str = "rows") -> Path:
    """A landing zone with one file a table; a table without rows has none."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        if rows:
            write_rows(folder / table / name, table, rows, file_format)
    return folder
