"""What a warehouse remembers of its exports, so that no line leaves twice when their folder is another, or empty.

The table `exports.ledger` in the warehouse file has a row for each export: how many lines it holds, and a number that
other lines would not give.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

from headcount.errors import UsageError
from headcount.exports import ledger
from headcount.exports.streams import BILLING, STREAMS
from headcount.warehouse import attached, first_line

_COLUMNS = pa.schema([("export", pa.string()), ("lines", pa.int64()), ("fingerprint", pa.string())])

_LOST = """
    select remembered.export, remembered.lines
    from remembered
    left join summed on remembered.export = summed.export
    where summed.lines is distinct from remembered.lines or summed.fingerprint is distinct from remembered.fingerprint
    order by remembered.export like '%/%', remembered.export
"""


def remembered_by(warehouse: Path | None) -> pa.Table:
    """What the warehouse remembers: nothing when it is new, or of a version that remembered nothing."""
    if warehouse is None:
        return _COLUMNS.empty_table()
    try:
        with attached(warehouse) as connection:
            has = connection.execute(
                "select 1 from duckdb_tables() where schema_name = 'exports' and table_name = 'ledger'"
            ).fetchone()
            if not has:
                return _COLUMNS.empty_table()
            return connection.execute("select export, lines, fingerprint from exports.ledger").to_arrow_table()
    except duckdb.Error as error:
        raise UsageError(f"the warehouse in use cannot be read ({first_line(error)}); name another file") from error


def remember(connection, remembered: pa.Table) -> None:
    """Write down, in the warehouse that is open, what it is to remember."""
    connection.register("remembered", remembered)
    connection.execute("create schema if not exists exports")
    connection.execute("create or replace table exports.ledger as select * from remembered order by export")


def forbid_lost(connection, remembered: pa.Table, exports: Path) -> None:
    """Raises UsageError when the ledger that is loaded knows less than the warehouse remembers."""
    connection.register("remembered", remembered)
    connection.register("summed", ledger.summed(connection))
    lost = connection.execute(_LOST).fetchall()
    if lost:
        others = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        name, lines = lost[0]
        stream = next((one for one in STREAMS if one != BILLING and name.startswith(f"{one.name}/")), BILLING)
        raise UsageError(
            f"exports {exports}: the warehouse has exported {name} ({lines} lines){others}, of which nothing, or "
            f"something else, is known there; mount the folder of its exports, put {stream.name}/{ledger.NAME} or the export "
            "back, or name another warehouse file to start anew"
        )
