"""Landing files to typed values: what each spelling means, and what cannot be read."""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
    "word": str.lower,
}


def shortest(number: Decimal) -> str:
    """A number without an exponent and without zeros that say nothing: `10`, not `10.00` and not `1E+1`."""
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def single(value: float) -> str:
    """The shortest decimal that is the same number in 32 bits."""
    return next((text for digits in range(1, 10) if _as_single(float(text := f"{value:.{digits}g}")) == value), repr(value))


def _as_single(value: float) -> float:
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return float("inf")


def as_text(raw: Any) -> str:
    """A raw value of any type as the text it would have in a text file."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, datetime):
        utc = raw.astimezone(UTC).replace(tzinfo=None) if raw.tzinfo else raw
        return utc.isoformat()
    if isinstance(raw, Decimal):
        return shortest(raw)
    if isinstance(raw, float):
        return shortest(Decimal(repr(raw))) if raw == raw and abs(raw) != float("inf") else str(raw)
    if isinstance(raw, bytes):
        return raw.decode("utf-8")
    return str(raw)


def read_typed(kind: str, raw: Any) -> Any:
    """What a typed value says beyond the text it would have: a date is its midnight, 0 and 1 are booleans."""
    if kind == "instant" and type(raw) is date:
        return datetime(raw.year, raw.month, raw.day)
    if kind == "date" and isinstance(raw, datetime) and raw.time() == time():
        return raw.date()
    if kind == "boolean" and isinstance(raw, (int, float, Decimal)) and raw in (0, 1):
        return bool(raw)
    return None


def read_value(kind: str, raw: Any) -> Any:
    """One raw value as its type: a value, None when it is empty, or Unreadable."""
    if raw is None or isinstance(raw, Unreadable):
        return raw
    value = read_typed(kind, raw)
    if value is not None:
        return value
    try:
        text = as_text(raw).strip(BLANKS)
        text.encode("utf-8")
    except UnicodeError:
        return Unreadable(repr(raw))
    if text == "":
        return None
    reader = READERS.get(kind)
    if reader is None:
        return text
    value = reader(text)
    return Unreadable(text) if value is None else value


Rows = tuple[list[str], list[dict[str, Any]]]


def _csv_rows(path: Path) -> Rows:
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        return list(reader.fieldnames or []), [dict(row) for row in reader]


def _ndjson_rows(path: Path) -> Rows:
    """Numbers keep the digits they are written with; booleans and nested values become text."""
    rows, names = [], {}
    for line in path.read_text(encoding="utf-8-sig").split("\n"):
        if line.strip():
            row = json.loads(line, parse_float=str, parse_int=str)
            rows.append({name: json.dumps(value) if isinstance(value, (bool, dict, list)) else value
                         for name, value in row.items()})
            names.update(dict.fromkeys(row))
    return list(names), rows


def _parquet_rows(path: Path) -> Rows:
    table = pq.ParquetFile(path).read()
    columns = [_parquet_values(column) for column in table.columns]
    return table.column_names, [dict(zip(table.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


def _parquet_values(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column; instants to the microsecond, and beyond the years that a datetime has unreadable."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if pa.types.is_timestamp(kind):
        return [None if ticks is None else _instant_of(ticks, kind.unit) for ticks in column.cast(pa.int64()).to_pylist()]
    if pa.types.is_date32(kind):
        return [None if days is None else _day_of(days) for days in column.cast(pa.int32()).to_pylist()]
    if pa.types.is_float32(kind):
        return [value if value is None or not math.isfinite(value) else Decimal(single(value)) for value in column.to_pylist()]
    return column.to_pylist()


def _instant_of(ticks: int, unit: str) -> datetime | Unreadable:
    """An instant counted from 1970, of which fractions of a microsecond are left away."""
    microseconds = ticks * 10**6 // {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    try:
        return datetime(1970, 1, 1) + timedelta(microseconds=microseconds)
    except OverflowError:
        return Unreadable(f"{ticks} {unit}")


def _day_of(days: int) -> date | Unreadable:
    """A day counted from 1970."""
    try:
        return date.fromordinal(date(1970, 1, 1).toordinal() + days)
    except (ValueError, OverflowError):
        return Unreadable(f"{days} days")


ENDINGS = {".csv.gz": _csv_rows, ".csv": _csv_rows, ".ndjson": _ndjson_rows, ".parquet": _parquet_rows}


def is_data(name: str) -> bool:
    """Whether a name below a table's folder is not one of those that writers leave beside their data."""
    return not (name.startswith((".", "_committed", "_started")) or name == "_SUCCESS" or name.endswith(".crc"))


def files_of(landing: Path, table: str) -> Iterator[tuple[Path, Callable[[Path], Rows]]]:
    """The files of a table, at any depth and through links, with the function that reads each."""
    for folder in sorted(path for path in landing.iterdir() if path.name.lower() == table and path.is_dir()):
        yield from _files_below(folder)


def _files_below(folder: Path) -> Iterator[tuple[Path, Callable[[Path], Rows]]]:
    for path in sorted(folder.iterdir()):
        if not is_data(path.name):
            continue
        if path.is_dir():
            yield from _files_below(path)
            continue
        read = next((read for ending, read in ENDINGS.items() if path.name.lower().endswith(ending)), None)
        if read is None or not path.is_file():
            raise LandingError(f"{path}: no file that can be read")
        yield path, read


def _named(path: Path, names: list[str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a file with the names of its columns in lower case."""
    lower = {name: name.strip().lower() for name in names}
    if len(set(lower.values())) != len(names):
        raise LandingError(f"{path}: two columns have one name")
    return [{lower[name]: value for name, value in row.items() if name in lower} for row in rows]


def read_table(landing: Path, table: Table) -> list[dict[str, Any]]:
    """Every landed row of a table as typed values by contract column, with `_loaded_at` and `_deleted`.

    Each file is read by its own names and types; what lands beside it changes nothing.
    """
    kinds = {column.name: column.kind for column in table.columns}
    kinds["_loaded_at"] = "instant"
    if not table.is_event:
        kinds["_deleted"] = "boolean"
    required = [column.name for column in table.columns if column.required] + ["_loaded_at"]
    found: set[str] = set()
    typed: list[dict[str, Any]] = []
    for path, read in files_of(landing, table.name):
        names, raw_rows = read(path)
        found.update(name.strip().lower() for name in names)
        typed += [{name: read_value(kind, row.get(name)) for name, kind in kinds.items()}
                  for row in _named(path, names, raw_rows)]
    if found:
        for column in required:
            if column not in found:
                raise LandingError(f"{table.name}: column {column} is missing in {landing / table.name}")
    return typed


def read_landing(landing: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table of the landing zone; one that is not there is empty."""
    return {name: read_table(Path(landing), table) for name, table in TABLES.items()}
