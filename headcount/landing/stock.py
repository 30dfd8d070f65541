"""What is known of each landed file: size, fingerprint, rows and loads. Worked out once, kept in the warehouse.

A file that an earlier run has read and that has not been touched since is not read again: its figures are remembered.
"""

import hashlib
import json
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import duckdb

from headcount.errors import LandingError
from headcount.landing.shapes import Shape, lacks_required, shapes_of
from headcount.landing.trouble import spoiled, unlike_line_ends
from headcount.landing.views import select
from headcount.landing.zone import LandedFile, Zone
from headcount.warehouse import in_memory

# A file touched this shortly before it was read may be touched again without its instant telling: it is read anew.
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True)
class Known:
    """The figures of a file. `fingerprint` is the SHA-256 of its bytes; `changed_ns` is null when it tells nothing;
    `keys` (JSON: contract name -> key) and `is_mended` are what the lines of NDJSON showed."""

    file: str
    source_table: str
    size_bytes: int
    fingerprint: str
    changed_ns: int | None
    rows: int
    undated_rows: int
    first_loaded_at: datetime | None
    last_loaded_at: datetime | None
    keys: str | None = None
    is_mended: bool | None = None


@dataclass
class Stock:
    """A zone with its shapes and the figures of every file, in the order of the zone. `gone` are files that are
    remembered and not there any more, `changed` those that have other bytes."""

    zone: Zone
    shapes: list[Shape]
    files: list[Known]
    new: list[Known]
    gone: list[str]
    changed: list[str]


def remembered(connection) -> dict[str, Known]:
    """What the warehouse on the connection remembers of the files it has read. Raises duckdb.Error when it has no
    such memory.

    The mart `landing_files` says what a run has read, and has the last word; the files as dbt last found them say when
    each was touched, so that it need not be read again. Any dbt command looks at the zone, also one that reads nothing.
    """
    columns = ", ".join(Known.__dataclass_fields__)
    found = connection.execute(f"select {columns} from landing.files where is_read").fetchall()
    files = {row[0]: Known(*row) for row in found}
    first = connection.execute(
        "select file, source_table, size_bytes, fingerprint, null, rows, 0, first_loaded_at, last_loaded_at "
        "from marts.landing_files where is_read"
    ).fetchall()
    read = {row[0]: Known(*row) for row in first}
    return {name: files[name] if _is_same(known, files.get(name)) else known for name, known in read.items()}


def _is_same(one: Known, other: Known | None) -> bool:
    return other is not None and one.fingerprint == other.fingerprint


def take_stock(zone: Zone, before: dict[str, Known]) -> Stock:
    """Look at every file. Raises LandingError, one line, for the first that cannot be read."""
    settled = time.time_ns() - _SETTLED_NS
    fingerprints = _fingerprints(zone, before)
    same = {
        file.name: before[file.name]
        for file in zone.files
        if file.name in before and before[file.name].fingerprint == fingerprints[file.name]
    }
    with in_memory() as connection:
        known_keys = {name: (json.loads(known.keys), known.is_mended) for name, known in same.items() if known.keys is not None}
        shapes = shapes_of(connection, zone, known_keys)
        _forbid_missing_columns(connection, zone, shapes)
        figures = _figures(connection, shapes, same)
    keys = {file.name: shape for shape in shapes if shape.format == "ndjson" for file in shape.files}
    files = []
    for file in zone.files:
        shape = keys.get(file.name)
        files.append(
            Known(
                file.name, file.table, file.size_bytes, fingerprints[file.name],
                file.changed_ns if file.changed_ns < settled else None, *figures[file.name],
                json.dumps({name: found.name for name, found in shape.columns.items()}) if shape else None,
                shape.is_mended if shape else None,
            )
        )  # fmt: skip
    names = {file.name for file in zone.files}
    return Stock(
        zone, shapes, files,
        new=[known for known in files if known.file not in before],
        gone=sorted(before.keys() - names),
        changed=sorted(name for name in before.keys() & names if name not in same),
    )  # fmt: skip


def forbid_touched(stock: Stock) -> None:
    """Raises LandingError when a file is not any more what was read: nothing that came of it may be used."""
    for file in stock.zone.files:
        try:
            now = file.path.stat()
        except OSError:
            raise LandingError(f"{file.name}: went away while it was read; run again when the landing zone is at rest") from None
        if (now.st_size, now.st_mtime_ns) != (file.size_bytes, file.modified_ns):
            raise LandingError(f"{file.name}: changed while it was read; run again when it is whole")


def _fingerprints(zone: Zone, before: dict[str, Known]) -> dict[str, str]:
    def fingerprint(file: LandedFile) -> str:
        known = before.get(file.name)
        if known and (known.size_bytes, known.changed_ns) == (file.size_bytes, file.changed_ns):
            return known.fingerprint
        try:
            with open(file.path, "rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
            if file.format == "csv" and (known is None or known.fingerprint != found) and unlike_line_ends(file):
                raise spoiled(file, LandingError("its line ends differ"))
            return found
        except (OSError, EOFError, zlib.error) as error:
            raise spoiled(file, error) from error

    with ThreadPoolExecutor() as threads:
        return dict(zip((file.name for file in zone.files), threads.map(fingerprint, zone.files), strict=True))


def _figures(connection, shapes: list[Shape], same: dict[str, Known]) -> dict[str, tuple]:
    """File -> rows, those without a readable instant, first and last load."""
    found = {name: (known.rows, known.undated_rows, known.first_loaded_at, known.last_loaded_at) for name, known in same.items()}
    for shape in shapes:
        new = [file for file in shape.files if file.name not in found]
        if new:
            found |= _measured(connection, shape, new)
    return _Counted(found)


class _Counted(dict):
    """A file without a row has no figures to be measured."""

    def __missing__(self, _):
        return (0, 0, None, None)


def _measured(connection, shape: Shape, files: list[LandedFile]) -> dict[str, tuple]:
    try:
        rows = connection.execute(
            "select _file, count(*), count(*) - count(_loaded_at), min(_loaded_at), max(_loaded_at) "
            f"from ({select(_only(shape, files))}) group by _file"
        ).fetchall()
    except duckdb.Error as error:
        raise first_spoiled([_only(shape, files)]) or error from error
    return {name: tuple(figures) for name, *figures in rows}


def first_spoiled(shapes: list[Shape]) -> LandingError | None:
    """The error for the first file that cannot be read to its end; none when all can."""
    with in_memory() as connection:
        for shape in shapes:
            for file in shape.files:
                try:
                    # Every value is read: the footer of a Parquet file can be whole and its pages not.
                    rows = f"select bit_xor(hash(landed)) from ({select(_only(shape, [file]))}) as landed"
                    connection.execute(rows).fetchall()
                except duckdb.Error as error:
                    return spoiled(file, error)
    return None


def _only(shape: Shape, files: list[LandedFile]) -> Shape:
    return Shape(shape.table, shape.format, shape.columns, shape.header, shape.is_mended, shape.is_packed, files)


def _forbid_missing_columns(connection, zone: Zone, shapes: list[Shape]) -> None:
    for shape in shapes:
        missing = lacks_required(shape)
        if missing and not _holds_deletions_only(connection, shape):
            others = [other for other in shapes if other.table == shape.table and missing in other.columns]
            where = f"not in {shape.files[0].name}; folder" if others else "in no file of"
            raise LandingError(
                f"table {shape.table.name}: required column {missing} is {where} {zone.folder / shape.table.name}; "
                "land it, or name it as the landing contract does"
            )


def _holds_deletions_only(connection, shape: Shape) -> bool:
    """Of a deletion only the key and the instant are read, so a file of nothing else needs no other column."""
    needed = {shape.table.columns[0].name, "_loaded_at", "_deleted"}
    if shape.format == "ndjson" or shape.table.kind != "record" or not needed <= shape.columns.keys():
        return False
    try:
        rows = f"select count(*) from ({select(shape)}) where _deleted is not true"
        return connection.execute(rows).fetchone()[0] == 0
    except duckdb.Error as error:
        raise first_spoiled([shape]) or error from error
