"""Landing files of given rows, in any of the formats, spelled in the plainest way."""

import csv
import gzip
import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.oracle.contract import TABLES

FORMATS = ("parquet", "parquet_text", "csv", "csv.gz", "ndjson")

_TYPES = {
    "instant": pa.timestamp("us", "UTC"),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "decimal": pa.decimal128(18, 6),
    "integer": pa.int64(),
}


def spell(value) -> str | None:
    """A value as the landing contract spells it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def columns_of(table: str) -> dict[str, str]:
    """Every column of a landed table with its kind."""
    kinds = {column.name: column.kind for column in TABLES[table].columns} | {"_loaded_at": "instant"}
    return kinds if TABLES[table].is_event else kinds | {"_deleted": "boolean"}


def write_rows(path: Path, table: str, rows: list[dict], file_format: str) -> Path:
    """A file `path` (its ending is added) with the rows; every column of the contract is in it. Gives the whole path.

    Typed Parquet takes values of their types; the others take texts as well.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds = columns_of(table)
    path = path.with_name(f"{path.name}.{'parquet' if file_format == 'parquet_text' else file_format}")
    if file_format.startswith("parquet"):
        typed = file_format == "parquet"
        arrays = {
            name: pa.array(
                [row.get(name) if typed else spell(row.get(name)) for row in rows],
                _TYPES.get(kind, pa.string()) if typed else pa.string(),
            )
            for name, kind in kinds.items()
        }
        pq.write_table(pa.table(arrays), path)
    elif file_format == "ndjson":
        lines = [{name: spell(row.get(name)) for name in kinds} for row in rows]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    else:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(kinds)
        writer.writerows([spell(row.get(name)) or "" for name in kinds] for row in rows)
        content = text.getvalue().encode()
        path.write_bytes(gzip.compress(content, mtime=0) if file_format == "csv.gz" else content)
    return path


def write_zone(folder: Path, tables: dict[str, list[dict]], file_format: str, name: str = "rows") -> Path:
    """A landing zone with one file a table; a table without rows has none."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        if rows:
            write_rows(folder / table / name, table, rows, file_format)
    return folder
