"""The ledgers: every billing line, and every alert, that has left, with the export it left in.

Each stands beside its exports, so that earlier ones can be archived and no night reads them again. The names of all
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
from headcount.exports.streams import BILLING, STREAMS, Stream
from headcount.sql import quoted, text

NAME = "ledger.parquet"
_EXPORTS = b"exports"
_NOTHING = "select cast(null as varchar) as {key}, cast(null as varchar) as export where false"

_TWICE = """
    select {key}, min(export), max(export)
    from {left}
    group by {key}
    having count(*) > 1
    order by {key}
    limit 1
"""


def load(connection, billing: Path | None, as_of: datetime | None = None) -> set[Stream]:
    """Make the schema `ledger` that models/exports read, from the ledgers of a folder and from complete exports that they
    do not know yet, which are verified: those of a version without a ledger, or of a night that was killed before it
    wrote the ledger. Without a folder nothing has left or been approved; that of the alerts stands beside `billing`. `as_of`
    is the instant of the export being made. Returns of what there were exports that their ledger does not know.

    Raises UsageError for a ledger, an approval, or an export that it does not know, that cannot be read or is not what it
    was.
    """
    connection.execute("create schema if not exists ledger")
    approvals.load(connection, billing)
    return {stream for stream in STREAMS if _load(connection, stream, billing and billing.with_name(stream.name), as_of)}


def _load(connection, stream: Stream, place: Path | None, as_of: datetime | None) -> bool:
    held, known, unknown = [], [], []
    if place is not None:
        held, known = _read(connection, place / NAME, stream)
        unknown = [folder for folder in complete_folders(place) if folder.name not in known]
    parts = [*held, *(verified_lines(connection, folder, stream) for folder in unknown)]
    lines = " union all by name ".join(parts or [_NOTHING.format(key=stream.key)])
    # By their names: a later version may write the file with more of them while the view stands.
    columns = ", ".join(quoted(row[0]) for row in connection.execute(f"describe {lines}").fetchall())
    connection.execute(f"create or replace view {stream.left} as select {columns} from ({lines}) as lines")
    names = {*known, *(folder.name for folder in unknown)}
    _make_exports(connection, stream, names, as_of and folder_name(as_of))
    twice = connection.execute(_TWICE.format(key=stream.key, left=stream.left)).fetchone()
    if twice:
        line, one, other = twice
        kind = stream.key.removesuffix("_id").replace("_", " ")
        raise UsageError(f"export {place / other}: holds {kind} {line}, which left in {one}; move one of them away")
    return bool(unknown)


def _make_exports(connection, stream: Stream, left: set[str], being_made: str | None) -> None:
    names = sorted(left | {being_made} - {None})
    exports = pa.table({
        "export": pa.array(names, pa.string()),
        "as_of_at": pa.array([instant_of(name) for name in names], pa.timestamp("us")),
        "has_left": pa.array([name in left for name in names], pa.bool_()),
        "is_being_made": pa.array([name == being_made for name in names], pa.bool_()),
    })  # fmt: skip
    connection.register("ledger_exports", exports)
    connection.execute(f"create or replace table {stream.exports} as select * from ledger_exports")
    connection.unregister("ledger_exports")


def _read(connection, path: Path, stream: Stream) -> tuple[list[str], list[str]]:
    """SQL for the lines of the ledger, and the exports that it knows; nothing of one that is not there."""
    if not path.exists():
        return [], []
    try:
        with open(path, "rb") as file:
            schema = pq.read_schema(file)
        known = json.loads(schema.metadata[_EXPORTS])
        missing = stream.needed - set(schema.names)
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


def next_ledger(connection, stream: Stream = BILLING) -> pa.Table:
    """The ledger once the export being made has left. A column that is younger than the ledger takes the values of
    today for the lines that left before it was there."""
    columns, now = [stream.key], ""
    if stream.looked_up:
        columns = columns_of(connection, stream.leaving)
        now = f"left join {stream.looked_up} as now on held.{stream.key} = now.{stream.key}"
    held = columns_of(connection, stream.left)
    before = ", ".join(f"{'held' if column in held else 'now'}.{column}" for column in columns)
    table = connection.execute(
        f"""
        select {before}, held.export
        from {stream.left} as held
        {now}
        union all
        select {", ".join(f"leaving.{column}" for column in columns)}, exports.export
        from {stream.leaving} as leaving
        cross join {stream.exports} as exports
        where exports.is_being_made
            and leaving.{stream.key} not in (select {stream.key} from {stream.left})
        order by {stream.key}
        """
    ).to_arrow_table()
    exports = [row[0] for row in connection.execute(f"select export from {stream.exports} order by export").fetchall()]
    return table.replace_schema_metadata({_EXPORTS: json.dumps(exports).encode()})


def columns_of(connection, relation: str) -> list[str]:
    """The names of a relation's columns."""
    return [row[0] for row in connection.execute(f"describe {relation}").fetchall()]


def summed(connection, ledgers: dict[Stream, str] | None = None) -> pa.Table:
    """The exports as a warehouse remembers them: how many of the lines, and a number that other lines would not give.
    `ledgers`: a relation with what has left, where that is not the ledger that is loaded."""
    ledgers = {stream: stream.left for stream in STREAMS} | (ledgers or {})
    sums = " union all ".join(
        f"""
        select
            {text(stream.remembered(""))} || exports.export as export,
            count(lines.{stream.key}) as lines,
            cast(coalesce(sum(md5_number_lower(lines.{stream.key})), 0) as varchar) as fingerprint
        from {stream.exports} as exports
        left join {lines} as lines on exports.export = lines.export
        group by exports.export
        """
        for stream, lines in ledgers.items()
    )
    return connection.execute(f"select * from ({sums}) as summed order by export").to_arrow_table()


def write(path: Path, ledger: pa.Table) -> None:
    """The ledger as a file, the same bytes every time."""
    pq.write_table(ledger, path, compression="zstd", version="2.6")
