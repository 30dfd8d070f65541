"""The ledger: every billing line that has left, with the export it left in.

It stands beside the exports, so that earlier ones can be archived and no night reads them again. The names of all
exports are in the file's own metadata: one without lines has no row.
"""

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from headcount.errors import UsageError
from headcount.exports import approvals
from headcount.exports.folders import UNREADABLE, complete_folders, folder_name, instant_of, verified_lines, whole, why
from headcount.sql import quoted

NAME = "ledger.parquet"
_EXPORTS = b"exports"
_NEEDED = {"billing_line_id", "amount", "export"}
_NOTHING = "select cast(null as varchar) as billing_line_id, cast(null as varchar) as export where false"

_TWICE = """
    select billing_line_id, min(export), max(export)
    from ledger.lines
    group by billing_line_id
    having count(*) > 1
    order by billing_line_id
    limit 1
"""


def load(connection, billing: Path | None, as_of: datetime | None = None) -> bool:
    """Make the schema `ledger` that models/exports read, from the ledger of a folder and from complete exports that it
    does not know yet, which are verified: those of a version without a ledger, or of a night that was killed before it
    wrote the ledger. Without a folder nothing has left or been approved. `as_of` is the instant of the export being made. Returns
    whether there were exports that the ledger does not know.

    Raises UsageError for a ledger, an approval, or an export that it does not know, that cannot be read or is not what it
    was.
    """
    held, known, unknown = [], [], []
    if billing is not None:
        held, known = _read(connection, billing / NAME)
        unknown = [folder for folder in complete_folders(billing) if folder.name not in known]
    parts = [*held, *(verified_lines(connection, folder) for folder in unknown)]
    lines = " union all by name ".join(parts or [_NOTHING])
    # By their names: a later version may write the file with more of them while the view stands.
    columns = ", ".join(quoted(row[0]) for row in connection.execute(f"describe {lines}").fetchall())
    connection.execute("create schema if not exists ledger")
    connection.execute(f"create or replace view ledger.lines as select {columns} from ({lines}) as lines")
    approvals.load(connection, billing)
    _make_exports(connection, {*known, *(folder.name for folder in unknown)}, as_of and folder_name(as_of))
    twice = connection.execute(_TWICE).fetchone()
    if twice:
        line, one, other = twice
        raise UsageError(f"export {billing / other}: holds billing line {line}, which left in {one}; move one of them away")
    return bool(unknown)


def _make_exports(connection, left: set[str], being_made: str | None) -> None:
    names = sorted(left | {being_made} - {None})
    exports = pa.table({
        "export": pa.array(names, pa.string()),
        "as_of_at": pa.array([instant_of(name) for name in names], pa.timestamp("us")),
        "has_left": pa.array([name in left for name in names], pa.bool_()),
        "is_being_made": pa.array([name == being_made for name in names], pa.bool_()),
    })  # fmt: skip
    connection.register("ledger_exports", exports)
    connection.execute("create or replace table ledger.exports as select * from ledger_exports")
    connection.unregister("ledger_exports")


def _read(connection, path: Path) -> tuple[list[str], list[str]]:
    """SQL for the lines of the ledger, and the exports that it knows; nothing of one that is not there."""
    if not path.exists():
        return [], []
    try:
        with open(path, "rb") as file:
            schema = pq.read_schema(file)
        known = json.loads(schema.metadata[_EXPORTS])
        missing = _NEEDED - set(schema.names)
        if missing:
            raise ValueError(f"no column {min(missing)}")
        for name in known:
            instant_of(name)
        return [f"select * from {whole(connection, path)}"], known
    except UNREADABLE as error:
        raise UsageError(
            f"ledger {path}: cannot be read ({why(error)}); put it back as it was written, "
            "or, while every export still stands beside it, move it away: it is then made again from them"
        ) from error


def next_ledger(connection) -> pa.Table:
    """The ledger once the export being made has left. A column that is younger than the ledger takes the values of
    today for the lines that left before it was there."""
    columns = columns_of(connection, "exports.exported_billing_lines")
    held = columns_of(connection, "ledger.lines")
    before = ", ".join(f"{'held' if column in held else 'now'}.{column}" for column in columns)
    table = connection.execute(
        f"""
        select {before}, held.export
        from ledger.lines as held
        left join marts.fct_billing_lines as now on held.billing_line_id = now.billing_line_id
        union all
        select leaving.*, exports.export
        from exports.exported_billing_lines as leaving
        cross join ledger.exports as exports
        where exports.is_being_made
            and leaving.billing_line_id not in (select billing_line_id from ledger.lines)
        order by billing_line_id
        """
    ).to_arrow_table()
    exports = [row[0] for row in connection.execute("select export from ledger.exports order by export").fetchall()]
    return table.replace_schema_metadata({_EXPORTS: json.dumps(exports).encode()})


def columns_of(connection, relation: str) -> list[str]:
    """The names of a relation's columns."""
    return [row[0] for row in connection.execute(f"describe {relation}").fetchall()]


def summed(connection, lines: str = "ledger.lines") -> pa.Table:
    """The exports as a warehouse remembers them: how many of the lines, and a number that other lines would not give."""
    return connection.execute(
        f"""
        select
            exports.export,
            count(lines.billing_line_id) as lines,
            cast(coalesce(sum(md5_number_lower(lines.billing_line_id)), 0) as varchar) as fingerprint
        from ledger.exports as exports
        left join {lines} as lines on exports.export = lines.export
        group by exports.export
        order by exports.export
        """
    ).to_arrow_table()


def write(path: Path, ledger: pa.Table) -> None:
    """The ledger as a file, the same bytes every time."""
    pq.write_table(ledger, path, compression="zstd", version="2.6")
