"""What leaves: the billing lines that no other export holds, and the evidence behind them."""

from decimal import Decimal

import pyarrow as pa

from headcount.errors import CheckFailed
from headcount.exports.earlier import EarlierExport

_EVIDENCE = """
    select distinct
        sources.account_id, sources.location_id, sources.period_start_at, sources.customer_id, sources.source,
        sources.activity_type, sources.is_paid, sources.evidence_id, sources.evidence_at, sources.payer_customer_id
    from marts.fct_active_user_sources as sources
    inner join leaving
        on sources.account_id = leaving.account_id
            and sources.location_id = leaving.location_id
            and sources.period_start_at = leaving.period_start_at
    where leaving.line_kind = 'active_users'
    order by all
"""


def leaving_lines(connection, others: list[EarlierExport]) -> pa.Table:
    """The lines of the warehouse that none of the other exports holds, in the order of their ids."""
    lines = connection.execute("select * from marts.fct_billing_lines order by billing_line_id").to_arrow_table()
    held = {line_id for other in others for line_id in other.lines}
    keep = [line_id not in held for line_id in lines.column("billing_line_id").to_pylist()]
    return lines.filter(pa.array(keep, pa.bool_()))


def evidence(connection, lines: pa.Table) -> pa.Table:
    """A row for each active user and source behind the lines; ids only."""
    connection.register("leaving", lines)
    return connection.execute(_EVIDENCE).to_arrow_table()


def forbid_changed_lines(connection, earlier: list[EarlierExport], as_of) -> None:
    """Raises CheckFailed, with both values, when a line that has left now differs or is gone."""
    now = {
        row["billing_line_id"]: row
        for row in connection.execute("select * from marts.fct_billing_lines").to_arrow_table().to_pylist()
    }
    for export in earlier:
        for line_id, was in export.lines.items():
            line = now.get(line_id)
            if line is None and export.as_of > as_of:
                continue
            changed = [name for name in was if name not in (line or {}) or was[name] != line[name]]
            if changed:
                said = f"{changed[0]} was {was[changed[0]]} and is now {line[changed[0]]}" if line else "it is gone"
                raise CheckFailed(
                    f"billing line {line_id} left in {export.folder.name} and has changed since: {said}; "
                    "nothing was written; undo the edit of the seeds or landing files that changed it"
                )


def totals(lines: pa.Table) -> dict[str, Decimal]:
    """The amount of the lines in each currency, by currency."""
    sums: dict[str, Decimal] = {}
    for currency, amount in zip(
        lines.column("currency").to_pylist(), lines.column("amount").to_pylist(), strict=True
    ):
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return dict(sorted(sums.items()))
