"""What is held: the lines that an export leaves behind until somebody has approved them.

`EXPORTS/billing/held.parquet` lists them as of the newest export, so that they can be looked at and approved where no
warehouse is. It is written with each export, after the ledger, and the ledger has the last word on what has left.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from headcount.errors import UsageError
from headcount.exports import approvals, ledger
from headcount.exports.approvals import Approval
from headcount.exports.folders import UNREADABLE, why
from headcount.warehouse import in_memory

NAME = "held.parquet"
_AS_OF = b"as_of"
_NEEDED = {"billing_line_id", "account_id", "location_id", "line_kind", "description", "amount", "currency", "held_by"}

# The approvals by which a line leaves with the export being made.
_APPROVALS = """
    select distinct approvals.approval
    from ledger.approvals as approvals
    inner join exports.exported_held_lines as held
        on approvals.billing_line_id = held.billing_line_id
            and approvals.amount = held.amount
            and approvals.currency = held.currency
    where held.is_leaving
    order by approvals.approval
"""

_IS_NEWEST = """
    select count(*) = 0
    from ledger.exports as others
    inner join ledger.exports as tonight on tonight.is_being_made
    where others.has_left
        and others.as_of_at > tonight.as_of_at
"""


@dataclass(frozen=True)
class Waiting:
    """What the export being made leaves behind, and the approvals by which other held lines leave with it."""

    lines: pa.Table
    totals: dict[str, Decimal]
    approvals: list[str]
    # An export of an earlier instant, made late, does not say what is held now.
    is_newest: bool


def taken(connection) -> Waiting:
    """From the warehouse, whose exports see the ledger as it is now."""
    held = "from exports.exported_held_lines where not is_leaving"
    lines = connection.execute(f"select * exclude (is_leaving) {held} order by billing_line_id").to_arrow_table()
    totals = connection.execute(f"select currency, sum(amount) {held} group by currency order by currency").fetchall()
    names = [name for (name,) in connection.execute(_APPROVALS).fetchall()]
    (is_newest,) = connection.execute(_IS_NEWEST).fetchone()
    return Waiting(lines, dict(totals), names, is_newest)


def write(path: Path, lines: pa.Table, as_of: str) -> None:
    """The list as a file, the same bytes every time."""
    pq.write_table(lines.replace_schema_metadata({_AS_OF: as_of.encode()}), path, compression="zstd", version="2.6")


def said_before(folder: Path) -> dict:
    """What the manifest of an export that stands says of held lines. Made again it says the same, whatever has been
    approved, has left or is held since."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        return {key: manifest[key] for key in ("approvals", "held") if key in manifest}
    except UNREADABLE:
        return {}


@dataclass(frozen=True)
class Listing:
    """What is held in a folder of exports: `lines` that have not left, by id; `left`: of ids asked for or listed, the
    export that each left in; the `approvals` that stand there, by the ids in them."""

    as_of: str | None
    lines: dict[str, dict]
    left: dict[str, str]
    approvals: dict[str, list[Approval]]

    def approval(self, line: dict) -> Approval | None:
        """The first approval of the line as it is."""
        worth = line["amount"], line["currency"]
        return next((one for one in self.about(line) if one.lines[line["billing_line_id"]] == worth), None)

    def about(self, line: dict) -> list[Approval]:
        """Every approval of the line, also at other amounts."""
        return self.approvals.get(line["billing_line_id"], [])


def listing(exports: Path, asked: tuple[str, ...] = ()) -> Listing:
    """What is held in the folder. Raises UsageError, one line, where nothing was exported or a file cannot be read."""
    billing = exports / "billing"
    if not billing.is_dir():
        raise UsageError(f"exports {exports}: nothing was exported there; name the folder that nights export to")
    as_of, rows = _read(billing / NAME)
    with in_memory() as connection:
        ledger.load(connection, billing)
        connection.register("asked", pa.table({"line": [*asked, *(row["billing_line_id"] for row in rows)]}))
        found = "select billing_line_id, export from ledger.lines where billing_line_id in (select line from asked)"
        left = dict(connection.execute(found).fetchall())
    held = {row["billing_line_id"]: row for row in rows if row["billing_line_id"] not in left}
    approved: dict[str, list[Approval]] = {}
    for one in approvals.read(billing):
        for line in one.lines:
            approved.setdefault(line, []).append(one)
    return Listing(as_of, held, left, approved)


def _read(path: Path) -> tuple[str | None, list[dict]]:
    if not path.exists():
        return None, []
    try:
        table = pq.read_table(path, partitioning=None)
        if missing := _NEEDED - set(table.column_names):
            raise ValueError(f"no column {min(missing)}")
        return table.schema.metadata[_AS_OF].decode(), table.sort_by("billing_line_id").to_pylist()
    except UNREADABLE as error:
        raise UsageError(
            f"held lines {path}: cannot be read ({why(error)}); run the newest night again, which writes the file anew"
        ) from error
