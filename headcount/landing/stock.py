"""What is known of each landed file: size, fingerprint, rows and loads. Worked out once, kept in the warehouse.

A file that an earlier run has read and that has not been touched since is not read again: its figures are remembered.
"""

import hashlib
import json
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from headcount.errors import LandingError
from headcount.landing.opened import Opened, first_spoiled
from headcount.landing.shapes import Shape
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
    """A zone with the figures of every file, in the order of the zone, and the files that were opened. `gone` are files
    that are remembered and not there any more, `changed` those that have other bytes."""

    zone: Zone
    opened: Opened
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
    known_keys = {name: (json.loads(one.keys), one.is_mended) for name, one in same.items() if one.keys is not None}
    opened = Opened(zone, known_keys)
    # Only what the lines of NDJSON showed cannot be asked of the mart.
    known = {name for name in same if name in known_keys or not name.lower().endswith(".ndjson")}
    shapes = opened.of(file.name for file in zone.files if file.name not in known)
    with in_memory() as connection:
        figures = _figures(connection, shapes)
    of_lines = {file.name: shape for shape in shapes if shape.format == "ndjson" for file in shape.files}
    files = []
    for file in zone.files:
        changed_ns = file.changed_ns if file.changed_ns < settled else None
        if file.name in known:
            files.append(replace(same[file.name], changed_ns=changed_ns))
            continue
        shape = of_lines.get(file.name)
        files.append(
            Known(
                file.name, file.table, file.size_bytes, fingerprints[file.name], changed_ns, *figures[file.name],
                json.dumps({name: found.name for name, found in shape.columns.items()}) if shape else None,
                shape.is_mended if shape else None,
            )
        )  # fmt: skip
    names = {file.name for file in zone.files}
    return Stock(
        zone, opened, files,
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


def _figures(connection, shapes: list[Shape]) -> dict[str, tuple]:
    """File -> rows, those without a readable instant, first and last load."""
    found = _Counted()
    for shape in shapes:
        found |= _measured(connection, shape)
    return found


class _Counted(dict):
    """A file without a row has no figures to be measured."""

    def __missing__(self, _):
        return (0, 0, None, None)


def _measured(connection, shape: Shape) -> dict[str, tuple]:
    try:
        rows = connection.execute(
            "select _file, count(*), count(*) - count(_loaded_at), min(_loaded_at), max(_loaded_at) "
            f"from ({select(shape)}) group by _file"
        ).fetchall()
    except duckdb.Error as error:
        raise first_spoiled([shape]) or error from error
    return {name: tuple(figures) for name, *figures in rows}
