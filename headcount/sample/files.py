"""Files of the landing zone, written the same to the byte for the same rows."""

import csv
import gzip
import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .tables import Table

_ARROW_TYPES = {
    "text": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "integer": pa.int32(),
    "money": pa.decimal128(18, 6),
}

_SUFFIX = {"parquet_text": "parquet"}


def write_part(table: Table, folder: Path, rows: list[dict]) -> None:
    """Writes the rows of one load of one table."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"part-0.{_SUFFIX.get(table.file_format, table.file_format)}"
    _WRITERS[table.file_format](table, path, rows)


def spell(value) -> str | None:
    """A value as text, as the contract spells it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
        return f"{value:%Y-%m-%dT%H:%M:%S}{fraction}Z"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, int)):
        return str(value)
    raise TypeError(f"no spelling for {value!r}")


def _write_parquet(table: Table, path: Path, rows: list[dict]) -> None:
    types = _ARROW_TYPES | {"instant": pa.timestamp(table.instant_unit, table.instant_zone)}
    _write_arrow(path, {name: (types[kind], [row.get(name) for row in rows]) for name, kind in table.types.items()})


def _write_parquet_text(table: Table, path: Path, rows: list[dict]) -> None:
    _write_arrow(path, {name: (pa.string(), [spell(row.get(name)) for row in rows]) for name in table.types})


def _write_arrow(path: Path, columns: dict) -> None:
    arrays = {name: pa.array(values, type=arrow_type) for name, (arrow_type, values) in columns.items()}
    pq.write_table(pa.table(arrays), path, compression="zstd")


def _write_csv(table: Table, path: Path, rows: list[dict]) -> None:
    path.write_bytes(_csv_bytes(table, rows))


def _write_csv_gz(table: Table, path: Path, rows: list[dict]) -> None:
    with path.open("wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
        packed.write(_csv_bytes(table, rows))


def _csv_bytes(table: Table, rows: list[dict]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.types)
    writer.writerows([spell(row.get(name)) or "" for name in table.types] for row in rows)
    return text.getvalue().encode()


def _write_ndjson(table: Table, path: Path, rows: list[dict]) -> None:
    lines = ({name: spell(row[name]) for name in table.types if row.get(name) is not None} for row in rows)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


_WRITERS = {
    "parquet": _write_parquet,
    "parquet_text": _write_parquet_text,
    "csv": _write_csv,
    "csv.gz": _write_csv_gz,
    "ndjson": _write_ndjson,
}
