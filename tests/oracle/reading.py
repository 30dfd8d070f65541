"""Landing files to typed values: what each spelling means, and what cannot be read."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .contract import TABLES, Table
from .local_days import ZONES

BLANKS = " \t\r\n\v\f"
INSTANT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII
)
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,6})?", re.ASCII)


class LandingError(Exception):
    """The landing zone cannot be read at all: a required column is missing."""


@dataclass(frozen=True)
class Unreadable:
    """A value that is there but cannot be read as its type."""

    text: str


def read_instant(text: str) -> datetime | None:
    """`2026-03-31T22:59:59Z` with a `T` or a blank, seconds and fraction optional, `Z`, an offset or none."""
    match = INSTANT.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        instant = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), microsecond)
        if offset and offset != "Z":
            digits = offset[1:].replace(":", "").ljust(4, "0")
            if int(digits[:2]) > 23 or int(digits[2:]) > 59:
                return None
            ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            instant += ahead if offset[0] == "-" else -ahead
    except (ValueError, OverflowError):
        return None
    return instant


def read_date(text: str) -> date | None:
    """`YYYY-MM-DD` and nothing else."""
    match = DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def read_boolean(text: str) -> bool | None:
    """`true` or `false` in any case."""
    return {"true": True, "false": False}.get(text.lower())


def read_decimal(text: str) -> Decimal | None:
    """A plain decimal: optional sign, at most 12 digits before and 6 after the point."""
    return Decimal(text) if NUMBER.fullmatch(text) else None


def read_integer(text: str) -> int | None:
    """A plain decimal without a fraction; zeros after the point are none."""
    number = read_decimal(text)
    return int(number) if number is not None and number == int(number) else None


def read_zone(text: str) -> str | None:
    """The name of an IANA zone, spelled as the tz database spells it."""
    return text if text in ZONES else None


READERS = {
    "instant": read_instant,
    "date": read_date,
    "boolean": read_boolean,
    "decimal": read_decimal,
    "integer": read_integer,
    "zone": read_zone,
}


def as_text(raw: Any) -> str:
    """A raw value of any type as the text it would have in a text file."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, datetime):
        utc = raw.astimezone(UTC).replace(tzinfo=None) if raw.tzinfo else raw
        return utc.isoformat()
    if isinstance(raw, Decimal):
        plain = format(raw, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(raw, float):
        return as_text(Decimal(repr(raw))) if raw == raw and abs(raw) != float("inf") else str(raw)
    if isinstance(raw, bytes):
        return raw.decode("utf-8", "replace")
    return str(raw)


def read_value(kind: str, raw: Any) -> Any:
    """One raw value as its type: a value, None when it is empty, or Unreadable."""
    if raw is None:
        return None
    text = as_text(raw).strip(BLANKS)
    if text == "":
        return None
    reader = READERS.get(kind)
    if reader is None:
        return text
    value = reader(text)
    return Unreadable(text) if value is None else value


def _csv_rows(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        return list(reader.fieldnames or []), [dict(row) for row in reader]


def _ndjson_rows(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    """Numbers keep the digits they are written with; booleans and nested values become text."""
    rows, names = [], {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            row = json.loads(line, parse_float=str, parse_int=str)
            rows.append({name: json.dumps(value) if isinstance(value, (dict, list)) else value
                         for name, value in row.items()})
            names.update(dict.fromkeys(row))
    return list(names), rows


def _parquet_rows(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    """Timestamps of any unit become microseconds, so that no value carries more than a datetime holds."""
    table = pq.ParquetFile(path).read()
    for position, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            cast = table.column(position).cast(pa.timestamp("us", field.type.tz), safe=False)
            table = table.set_column(position, field.name, cast)
    return table.column_names, table.to_pylist()


def files_of(landing: Path, table: str) -> Iterator[tuple[Path, Any]]:
    """The files of a table, at any depth, with the function that reads each."""
    for path in sorted((landing / table).rglob("*")):
        name = path.name
        if not path.is_file():
            continue
        if name.endswith(".parquet"):
            yield path, _parquet_rows
        elif name.endswith((".csv", ".csv.gz")):
            yield path, _csv_rows
        elif name.endswith(".ndjson"):
            yield path, _ndjson_rows


def read_table(landing: Path, table: Table) -> list[dict[str, Any]]:
    """Every landed row of a table as typed values by contract column, with `_loaded_at` and `_deleted`."""
    kinds = {column.name: column.kind for column in table.columns}
    kinds["_loaded_at"] = "instant"
    if not table.is_event:
        kinds["_deleted"] = "boolean"
    required = [column.name for column in table.columns if column.required] + ["_loaded_at"]
    found: set[str] = set()
    raw_rows: list[dict[str, Any]] = []
    for path, read in files_of(landing, table.name):
        names, rows = read(path)
        found.update(names)
        raw_rows.extend(rows)
    if found:
        for column in required:
            if column not in found:
                raise LandingError(f"{table.name}: column {column} is missing in {landing / table.name}")
    return [{name: read_value(kind, row.get(name)) for name, kind in kinds.items()} for row in raw_rows]


def read_landing(landing: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table of the landing zone; one that is not there is empty."""
    return {name: read_table(Path(landing), table) for name, table in TABLES.items()}
