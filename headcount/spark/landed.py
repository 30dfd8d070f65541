"""DuckDB's part before Spark: the landing zone is read by the contract, file by file, and written as typed Parquet."""

from pathlib import Path

from headcount.spark.place import Place
from headcount.sql import quoted, text

SCHEMAS = ("landing", "ledger")
# What tells of earlier runs: these marts grow from night to night, and are carried on.
_GROWING = ("runs", "landing_files")
# One file of a large table is about this long, so that executors share the reading.
_FILE_BYTES = 256 * 2**20


def write_landed(connection, place: Place) -> None:
    """Write what models read as sources: every view and table of the schemas `landing` and `ledger`."""
    for schema in SCHEMAS:
        for name in _relations(connection, schema):
            _write(connection, f"{schema}.{quoted(name)}", place.landed / schema / name)


def write_earlier(connection, place: Place) -> None:
    """Write what a warehouse says of its runs so far."""
    for name in set(_GROWING) & set(_relations(connection, "marts")):
        _write(connection, f"marts.{name}", place.earlier / "marts" / name)


def _relations(connection, schema: str) -> list[str]:
    found = connection.execute(
        "select table_name from information_schema.tables where table_schema = $1 and table_catalog = current_database() "
        "order by table_name",
        [schema],
    )
    return [name for (name,) in found.fetchall()]


def _write(connection, relation: str, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (select * from {relation}) to {text(folder)} (format parquet, compression zstd, file_size_bytes {_FILE_BYTES})"
    )
