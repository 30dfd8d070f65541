"""The physical types in which a Parquet file can hold a value of the contract exactly, and files that use them at random."""

from __future__ import annotations

import math
import random
import struct
import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from headcount.sample.files import spell, texts
from headcount.sample.files import write_file as write_table
from tests.oracle.contract import TABLES
from tests.oracle.random_story import Unspelled
from tests.oracle.reading import shortest, single
from tests.support.files import columns_of
from tests.support.small_house import write_bytes

TEXTS = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string()), pa.binary(), pa.large_binary()]
WHOLE = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32(), pa.uint64()]
FLOATS = [pa.float32(), pa.float64()]
DECIMALS = [pa.decimal128(*size) for size in ((5, 2), (9, 0), (10, 2), (18, 6), (20, 3), (38, 0), (38, 6), (38, 10), (38, 20))]
INSTANTS = [pa.timestamp(unit, zone) for unit in ("s", "ms", "us", "ns") for zone in (None, "UTC", "America/New_York")]
DATES = [pa.date32(), pa.date64()]
BOOLEANS = [pa.bool_(), pa.int8(), pa.int64(), pa.uint8(), *FLOATS, pa.decimal128(1, 0), pa.decimal128(38, 10)]
NUMBERS = [*WHOLE, *FLOATS, *DECIMALS]
# Of the words, zones and so on, what is a text is held as text; ids may be numbers or UUIDs.
TYPES = {
    "decimal": NUMBERS,
    "integer": NUMBERS,
    "instant": [*INSTANTS, *DATES],
    "date": DATES,
    "boolean": BOOLEANS,
    "text": [*NUMBERS, pa.uuid()],
}
MICROSECONDS = {"s": 10**6, "ms": 10**3, "us": 1}


class NotHeld(Exception):
    """A type cannot hold a value exactly."""


def types_for(kind: str, values: list[Any]) -> list[pa.DataType]:
    """Every type that holds all the values of a column."""
    return [one for one in [*TEXTS, *TYPES.get(kind, [])] if _holds(kind, values, one)]


def _holds(kind: str, values: list[Any], one: pa.DataType) -> bool:
    try:
        for value in values:
            held(kind, value, one)
    except NotHeld:
        return False
    return True


def column(kind: str, values: list[Any], one: pa.DataType) -> pa.Array:
    """The values as a column of the type."""
    found = [held(kind, value, one) for value in values]
    if pa.types.is_dictionary(one):
        return pa.array(found, one.value_type).dictionary_encode()
    return pa.array(found, one)


def held(kind: str, value: Any, one: pa.DataType) -> Any:
    """What Arrow takes for the value in a column of the type; raises NotHeld where that would be another value."""
    if value is None:
        return None
    if one in TEXTS:
        text = spell(value)
        return text.encode() if pa.types.is_binary(one) or pa.types.is_large_binary(one) else text
    if isinstance(value, Unspelled):
        raise NotHeld
    if kind == "instant":
        return _instant(value, one)
    if kind == "date":
        return value
    if kind == "boolean":
        return value if one == pa.bool_() else _number(Decimal(int(value)), one)
    if one == pa.uuid():
        return _uuid(value)
    if kind == "text":
        return _number(_canonical(value), one)
    return _number(Decimal(value), one)


def _uuid(value: str) -> bytes:
    try:
        found = uuid.UUID(value)
    except ValueError:
        raise NotHeld from None
    if str(found) != value:
        raise NotHeld
    return found.bytes


def _canonical(value: str) -> Decimal:
    """The whole number that a text is, when it is spelled as numbers are: `101`, not `0101`."""
    if not value.isascii() or not value.lstrip("-").isdigit() or str(int(value)) != value or len(value) > 19:
        raise NotHeld
    return Decimal(value)


def _number(value: Decimal, one: pa.DataType) -> Any:
    if pa.types.is_integer(one):
        least, greatest = (-(2 ** (one.bit_width - 1)), 2 ** (one.bit_width - 1) - 1)
        if pa.types.is_unsigned_integer(one):
            least, greatest = 0, 2**one.bit_width - 1
        if value != int(value) or not least <= value <= greatest:
            raise NotHeld
        return int(value)
    if pa.types.is_decimal(one):
        scaled = value.scaleb(one.scale)
        if scaled != scaled.to_integral_value() or len(str(abs(int(scaled)))) > one.precision:
            raise NotHeld
        return value
    number = float(value)
    said = repr(number) if one == pa.float64() else single(_as_single(number))
    if not math.isfinite(number) or shortest(Decimal(said)) != shortest(value):
        raise NotHeld
    return number


def _as_single(value: float) -> float:
    return struct.unpack("f", struct.pack("f", value))[0]


def _instant(value: datetime, one: pa.DataType) -> Any:
    if pa.types.is_date(one):
        if value.time() != time():
            raise NotHeld
        return value.date()
    if one.unit == "ns":
        if not 1678 <= value.year <= 2261:
            raise NotHeld
    elif value.microsecond % MICROSECONDS[one.unit]:
        raise NotHeld
    return value.replace(tzinfo=UTC) if one.tz else value


# -- files of such columns -------------------------------------------------------------------

JUNK = [
    (pa.binary(), b"\xff\xd8"), (pa.list_(pa.int8()), [1]), (pa.string(), "x, \"y\""), (pa.struct([("a", pa.int8())]), {"a": 1}),
    (pa.timestamp("us"), 2**63 - 1), (pa.date32(), 2**31 - 1), (pa.float64(), float("nan")), (pa.null(), None),
    (pa.map_(pa.string(), pa.int8()), [("a", 1)]), (pa.decimal256(76, 38), Decimal("0.1")),
]  # fmt: skip
JUNK_NAMES = ["photo", "extra", "select", 'a "quoted" name', "it's", "vendor note", "\u65e5\u672c", "a.b", "%s", "_loaded"]
FOLDERS = ["", "", "load_date=2026-11-21", "_loaded_at=2026-05-11", "2026/11", "a b/[c]", "_x", "it's", "100%", "\u65e5", "*"]
NAMES = ["part", "a [1]", "export*", "x?", "_data", "caf\u00e9", "two  blanks", 'quo"te', "it's", "%20", "{a,b}", "A", "-1"]
FORMATS = ["parquet"] * 6 + ["csv", "csv.gz", "ndjson"]


def write_mixed(landing: Path, rows: dict[str, list[dict[str, Any]]], draw: random.Random) -> dict[str, str]:
    """The rows as a zone in which no two files hold them alike; gives the format that each table has."""
    formats = {}
    for table, its_rows in rows.items():
        if not its_rows:
            continue
        folder = landing / (table if draw.random() < 0.7 else draw.choice([table.upper(), table.title()]))
        formats[table] = draw.choice(FORMATS)
        parts: list[list[dict[str, Any]]] = [[] for _ in range(draw.randint(1, 5))]
        for row in its_rows:
            draw.choice(parts).append(row)
        for number, part in enumerate(parts):
            if part or formats[table] != "ndjson":
                write_file(folder, number, table, part, formats[table], draw)
        if draw.random() < 0.3:
            write_bytes(folder / draw.choice(["_SUCCESS", ".x.csv", "_committed_1", "_started_1", "part.crc"]), b"\xff")
    return formats


def write_file(folder: Path, number: int, table: str, rows: list[dict[str, Any]], its_format: str, draw: random.Random) -> Path:
    """A file of the rows under a name drawn at random, with its columns in any order and any case, and some of its own."""
    kinds = columns_of(table)
    needed = {column.name for column in TABLES[table].columns if column.required} | {"_loaded_at"}
    names = [name for name in kinds if name in needed or any(row.get(name) is not None for row in rows) or draw.random() < 0.5]
    draw.shuffle(names)
    ending = "".join(draw.choice([letter, letter.upper()]) for letter in f".{its_format}")
    path = folder / draw.choice(FOLDERS) / f"{draw.choice(NAMES)}-{number}{ending if draw.random() < 0.5 else f'.{its_format}'}"
    spelled = {name: "".join(draw.choice([letter, letter, letter.upper()]) for letter in name) for name in names}
    junk = draw.sample(JUNK_NAMES, draw.choice([0, 0, 1, 3]))
    if its_format == "parquet":
        return write_table(path, _columns(kinds, spelled, rows, junk, draw), its_format,
                           compression=draw.choice(["snappy", "zstd", "none", "gzip"]),
                           row_group_size=draw.choice([None, 3]), use_dictionary=draw.random() < 0.5)  # fmt: skip
    said = [{spelled[name]: row.get(name) for name in names} | dict.fromkeys(junk, 'x, "y"') for row in rows]
    return write_table(path, texts(said, [*spelled.values(), *junk]), its_format, line_end=draw.choice(["\n", "\r\n"]),
                       nulls=draw.random() < 0.5, ascii_only=draw.random() < 0.5)  # fmt: skip


def _columns(kinds, spelled, rows, junk, draw: random.Random) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for name, as_written in spelled.items():
        values = [row.get(name) for row in rows]
        columns[as_written] = column(kinds[name], values, draw.choice(types_for(kinds[name], values)))
    for name in junk:
        kind, value = draw.choice(JUNK)
        columns[name] = pa.array([value] * len(rows), kind)
    return pa.table(columns)


def numeric_ids(rows: dict[str, list[dict[str, Any]]], draw: random.Random) -> dict[str, list[dict[str, Any]]]:
    """The rows with other ids: of each kind of key some are numbers, some UUIDs, some stay; the same id stays the same."""
    ways: dict[str, str] = {}
    new: dict[str, str] = {}

    def renamed(value: str) -> str:
        if value not in new:
            way = ways.setdefault(value.rstrip("0123456789"), draw.choice(["number", "number", "uuid", "same"]))
            new[value] = {"number": str(1000 + len(new)), "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, value)), "same": value}[way]
        return new[value]

    def is_id(name: str, value: Any) -> bool:
        return name.endswith("_id") and isinstance(value, str) and not isinstance(value, Unspelled) and value.strip() != ""

    return {
        table: [{name: renamed(value) if is_id(name, value) else value for name, value in row.items()} for row in its_rows]
        for table, its_rows in rows.items()
    }


def unlike_the_contract(rows: list[dict[str, Any]], table: str, draw: random.Random) -> dict[str, pa.Array]:
    """Columns of which some hold nothing that their kind could be: numbers for instants, lists for ids, and so on."""
    odd = [
        (pa.int64(), 42), (pa.float64(), float("nan")), (pa.list_(pa.int8()), [1]), (pa.struct([("a", pa.int8())]), {"a": 1}),
        (pa.binary(), b"\xff"), (pa.bool_(), True), (pa.date32(), date(2026, 5, 1)), (pa.timestamp("us"), 2**63 - 1),
        (pa.null(), None), (pa.decimal256(76, 38), Decimal("0.1")), (pa.string(), "soon"), (pa.time64("us"), 1),
    ]  # fmt: skip
    columns = {}
    for name, kind in columns_of(table).items():
        values = [row.get(name) for row in rows]
        if name not in (TABLES[table].key, "_loaded_at") and draw.random() < 0.25:
            odd_kind, value = draw.choice(odd)
            columns[name] = pa.array([value] * len(rows), odd_kind)
        else:
            columns[name] = column(kind, values, draw.choice(types_for(kind, values)))
    return columns
