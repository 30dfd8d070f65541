"""Opens databases: a warehouse, whatever its file is called, and one in memory.

DuckDB names a database after its file, and some names are taken: by its own databases, or by a schema of the warehouse.
So the file is attached under one name that never changes. The views in it name no database and follow.
"""

import os
import tempfile
from pathlib import Path

import duckdb

from headcount.errors import UsageError
from headcount.sql import text

# The name under which a warehouse is built, attached and read.
DATABASE = "headcount"
FILE_NAME = f"{DATABASE}.duckdb"
# What the engine may use while Python holds the rows that leave: of a first night those of all history.
BESIDE_ROWS = "1GB"


def open_warehouse(warehouse: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse, read-only. Raises UsageError when it cannot be read, or is none of headcount's."""
    if not warehouse.is_file():
        raise UsageError(f"warehouse {warehouse}: no such file; build it with 'headcount nightly'")
    connection = attached(warehouse)
    try:
        connection.execute("select 1 from marts.runs limit 1").fetchall()
        connection.execute("select 1 from marts.active_user_explanations limit 0")
    except duckdb.CatalogException as error:
        connection.close()
        raise UsageError(f"warehouse {warehouse}: was not built by headcount; name one that was") from error
    except duckdb.Error as error:
        connection.close()
        raise UsageError(
            f"warehouse {warehouse}: is of another version ({first_line(error)}); build it again with 'headcount nightly'"
        ) from error
    return connection


def attached(file: Path, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """A DuckDB file under the name `headcount`, in use. Raises UsageError when it cannot be opened."""
    connection = in_memory()
    try:
        connection.execute(f"attach {text(file.resolve())} as {DATABASE}{' (read_only)' if read_only else ''}")
        connection.execute(f"use {DATABASE}")
    except duckdb.Error as error:
        connection.close()
        raise UsageError(f"warehouse {file}: {_told(error)}") from error
    return connection


def in_memory() -> duckdb.DuckDBPyConnection:
    """An empty database in memory."""
    connection = duckdb.connect()
    # It would spill into the folder that one happens to stand in; another process has files of the same names.
    spill = Path(tempfile.gettempdir()) / f"headcount.{os.getpid()}.tmp"
    connection.execute(f"set temp_directory = {text(spill)}; set TimeZone = 'UTC'")
    return connection


def first_line(error: Exception) -> str:
    """The first line of DuckDB's message, not too long."""
    return str(error).splitlines()[0][:160]


def _told(error: duckdb.Error) -> str:
    text = str(error)
    if "lock" in text.lower():
        return "another program has it open for writing; close it there, then run this again"
    if "not a valid DuckDB database" in text:
        return "is no DuckDB database; name another file"
    return f"cannot be read ({first_line(error)})"
