"""The ledger: every billing line that has left, with the export it left in.

It stands beside the exports, so that earlier ones can be archived and no night reads them again. The names of all
exports are in the file's own metadata: one without lines has no row.
"""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from headcount.errors import UsageError
from headcount.exports.folders import complete_folders, instant_of, verified_lines

NAME = "ledger.parquet"
_EXPORTS = b"exports"
_NEEDED = {"billing_line_id", "amount", "export"}

# The exports as a warehouse remembers them: how many lines, and a number that other lines would not give.
SUMMED = """
    select
        exports.export,
        count(ledger.billing_line_id) as lines,
        cast(coalesce(sum(md5_number_lower(ledger.billing_line_id)), 0) as varchar) as fingerprint
    from exports
    left join ledger on exports.export = ledger.export
    group by exports.export
    order by exports.export
"""

_TWICE = """
    select billing_line_id, min(export), max(export)
    from ledger
    group by billing_line_id
    having count(*) > 1
    order by billing_line_id
    limit 1
"""


def load(connection, billing: Path) -> bool:
    """Make the relations `ledger` (a row for each line that has left) and `exports` (a row for each export) in the
    connection. Complete exports that the ledger does not know yet are verified and taken up: those of a version
    without a ledger, or of a night that was killed before it wrote the ledger. Returns whether there were any.

    Raises UsageError for a ledger, or an export that it does not know, that cannot be read or is not what it was.
    """
    held, known = _read(billing / NAME)
    unknown = [folder for folder in complete_folders(billing) if folder.name not in known]
    parts = [held] if held is not None else []
    for folder in unknown:
        lines = verified_lines(folder)
        parts.append(lines.append_column("export", pa.array([folder.name] * lines.num_rows, pa.string())))
    if not parts:
        parts = [pa.table({name: pa.array([], pa.string()) for name in ("billing_line_id", "export")})]
    for number, part in enumerate(parts):
        connection.register(f"ledger_part_{number}", part)
    selects = " union all by name ".join(f"select * from ledger_part_{number}" for number in range(len(parts)))
    connection.execute(f"create or replace temp table ledger as {selects}")
    exports = sorted([*known, *(folder.name for folder in unknown)])
    instants = pa.array([instant_of(name) for name in exports], pa.timestamp("us"))
    connection.register("exports", pa.table({"export": pa.array(exports, pa.string()), "as_of_at": instants}))
    twice = connection.execute(_TWICE).fetchone()
    if twice:
        line, one, other = twice
        raise UsageError(f"export {billing / other}: holds billing line {line}, which left in {one}; move one of them away")
    return bool(unknown)


def _read(path: Path) -> tuple[pa.Table | None, list[str]]:
    if not path.exists():
        return None, []
    try:
        with open(path, "rb") as file:
            table = pq.read_table(file)
        known = names(table)
        missing = _NEEDED - set(table.column_names)
        if missing:
            raise ValueError(f"no column {min(missing)}")
        for name in known:
            instant_of(name)
        return table, known
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"ledger {path}: cannot be read ({type(error).__name__}: {str(error)[:80]}); put it back as it was written, "
            "or, while every export still stands beside it, move it away: it is then made again from them"
        ) from error


def next_ledger(connection, columns: list[str], name: str) -> pa.Table:
    """The ledger once the relation `leaving` has left as the export `name`. A column that is younger than the ledger
    takes the values of today for the lines that left before it was there."""
    held = {row[0] for row in connection.execute("describe ledger").fetchall()}
    before = ", ".join(f"{'ledger' if column in held else 'lines'}.{column}" for column in columns)
    table = connection.execute(
        f"""
        select {before}, ledger.export
        from ledger
        left join marts.fct_billing_lines as lines on ledger.billing_line_id = lines.billing_line_id
        union all
        select {", ".join(columns)}, $name from leaving
        where billing_line_id not in (select billing_line_id from ledger)
        order by billing_line_id
        """,
        {"name": name},
    ).to_arrow_table()
    exports = {row[0] for row in connection.execute("select export from exports").fetchall()} | {name}
    return table.replace_schema_metadata({_EXPORTS: json.dumps(sorted(exports)).encode()})


def names(ledger: pa.Table) -> list[str]:
    """The exports of a ledger, those without lines among them."""
    return json.loads(ledger.schema.metadata[_EXPORTS])


def write(path: Path, ledger: pa.Table) -> None:
    """The ledger as a file, the same bytes every time."""
    pq.write_table(ledger, path, compression="zstd", version="2.6")
