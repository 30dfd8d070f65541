"""The new warehouse before it is put in use: closed, on the disk, and seen to hold the night."""

import os
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from headcount.errors import UsageError
from headcount.exports.memory import remember
from headcount.sql import quoted, text
from headcount.warehouse import attached, first_line


def close_whole(built: Path, as_of: datetime, remembered: pa.Table) -> None:
    """Write what the warehouse has to remember, close the file, and see that it holds this run and the rest by itself.

    Raises UsageError otherwise: on a full disk DuckDB can leave what it was to hold in its log, and say nothing.
    """
    try:
        with attached(built, read_only=False) as connection:
            remember(connection, remembered)
            written = _rows(connection)
            connection.execute("checkpoint")
        log = built.with_name(built.name + ".wal")
        if log.exists() and log.stat().st_size:
            raise UsageError("the new warehouse could not be closed: a part of it is in DuckDB's log; is the disk full?")
        with open(built, "rb+") as file:
            os.fsync(file.fileno())
        with attached(built) as connection:
            run = connection.execute("select 1 from marts.runs where as_of_at = $1", [as_of.replace(tzinfo=None)]).fetchone()
            if not run or _rows(connection) != written:
                raise UsageError("the new warehouse does not hold this night once it is closed; is the disk full?")
    except duckdb.Error as error:
        raise UsageError(f"the new warehouse could not be closed ({first_line(error)}); is the disk full?") from error


def _rows(connection) -> dict[tuple[str, str], int]:
    """How many rows each table holds."""
    tables = connection.execute("select schema_name, table_name from duckdb_tables() where not temporary").fetchall()
    names = [".".join(map(quoted, table)) for table in sorted(tables)]
    counts = " union all ".join(f"select {text(name)}, count(*) from {name}" for name in names)
    return dict(connection.execute(counts).fetchall())
