"""Puts a landing zone before a connection: a view for each landed table, and the table `files`."""

from dataclasses import asdict
from datetime import datetime

import duckdb
import pyarrow as pa

from headcount.landing.shapes import Shape
from headcount.landing.sql import text
from headcount.landing.stock import Stock, remembered, take_stock
from headcount.landing.views import views
from headcount.landing.zone import Zone

_WORDS = pa.string()
_INSTANT = pa.timestamp("us")
_FILES = pa.schema(
    {
        "file": _WORDS, "source_table": _WORDS, "is_read": pa.bool_(), "size_bytes": pa.int64(), "fingerprint": _WORDS,
        "changed_ns": pa.int64(), "rows": pa.int64(), "undated_rows": pa.int64(), "first_loaded_at": _INSTANT,
        "last_loaded_at": _INSTANT, "keys": _WORDS, "is_mended": pa.bool_(),
    }
)  # fmt: skip


def register(
    connection: duckdb.DuckDBPyConnection, zone: Zone | Stock, schema: str = "landing", after: datetime | None = None
) -> Stock:
    """Make a view `schema`.<table> of each landed table, empty where it has no files, and the table `schema`.files.

    With `after`, the instant (UTC) up to which an earlier run has read the zone, the views hold only what that run could
    not see: the files of `zone`, a stock, that are new, and of the others the rows that were loaded later.

    The files' figures are those of `zone` if it is a stock; else they are worked out, as far as the connection's own
    `landing.files` does not have them from an earlier run. Raises LandingError, one line, for a file that cannot be read
    or a required column that is missing.
    """
    connection.execute(f"create schema if not exists {schema}")
    stock = zone if isinstance(zone, Stock) else take_stock(zone, _remembered(connection))
    new, later = _not_read(stock, after)
    rows_later = views(later)
    for table, select in views(new).items():
        if any(shape.table.name == table for shape in later):
            select += f"\nunion all\nselect * from ({rows_later[table]}) as landed where _loaded_at > {text(after)}::timestamp"
        connection.execute(f"create or replace view {schema}.{table} as {select}")
    rows = [asdict(known) | {"is_read": True} for known in stock.files]
    rows += [{"file": name, "source_table": table, "is_read": False} for table, name in stock.zone.passed_over_files]
    # Inserted row by row they would take longer than everything else here.
    connection.register("landed_files", pa.Table.from_pylist(rows, _FILES))
    connection.execute(f"create or replace table {schema}.files as select * from landed_files")
    connection.unregister("landed_files")
    return stock


def _not_read(stock: Stock, after: datetime | None) -> tuple[list[Shape], list[Shape]]:
    """The shapes to be read whole, and those of which only what was loaded after the instant is read."""
    if after is None:
        return stock.opened.of(known.file for known in stock.files), []
    new = {known.file for known in stock.new}
    later = {known.file for known in stock.files if known.last_loaded_at and known.last_loaded_at > after} - new
    return stock.opened.of(new), stock.opened.of(later)


def _remembered(connection) -> dict:
    try:
        return remembered(connection)
    except duckdb.Error:
        return {}
