"""What leaves: the billing lines that no other export holds, and the evidence behind them."""

from datetime import datetime
from decimal import Decimal

import pyarrow as pa

from headcount.errors import CheckFailed

_LEAVING = """
    select lines.*
    from marts.fct_billing_lines as lines
    anti join (select billing_line_id from ledger where export != $name) as left_before
        on lines.billing_line_id = left_before.billing_line_id
    order by lines.billing_line_id
"""

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

# A line that left later than this night may not be there yet.
_CHANGED = """
    select ledger.export, {was}, {now}
    from ledger
    inner join exports on ledger.export = exports.export
    left join marts.fct_billing_lines as lines on ledger.billing_line_id = lines.billing_line_id
    where (lines.billing_line_id is null and exports.as_of_at <= $as_of)
        or (lines.billing_line_id is not null and ({differs}))
    order by exports.as_of_at, ledger.billing_line_id
    limit 1
"""


def columns_of_lines(connection) -> list[str]:
    """The columns of a billing line."""
    return [row[0] for row in connection.execute("describe marts.fct_billing_lines").fetchall()]


def leaving_lines(connection, name: str) -> pa.Table:
    """The lines of the warehouse that no export but the one of this name holds, in the order of their ids."""
    lines = connection.execute(_LEAVING, {"name": name}).to_arrow_table()
    connection.register("leaving", lines)
    return lines


def evidence(connection) -> pa.Table:
    """A row for each active user and source behind the lines that leave; ids only."""
    return connection.execute(_EVIDENCE).to_arrow_table()


def forbid_changed_lines(connection, as_of: datetime) -> None:
    """Raises CheckFailed, with both values, when a line that has left now differs or is gone."""
    held = {row[0] for row in connection.execute("describe ledger").fetchall()}
    # The id comes first; a column that the ledger does not have yet cannot have changed.
    compared = [column for column in columns_of_lines(connection) if column in held]
    changed = connection.execute(
        _CHANGED.format(
            was=", ".join(f"ledger.{column}" for column in compared),
            now=", ".join(f"lines.{column}" for column in compared),
            differs=" or ".join(f"ledger.{column} is distinct from lines.{column}" for column in compared),
        ),
        {"as_of": as_of},
    ).fetchone()
    if not changed:
        return
    export, was, now = changed[0], changed[1 : 1 + len(compared)], changed[1 + len(compared) :]
    line_id = was[compared.index("billing_line_id")]
    said = "it is gone"
    if now[compared.index("billing_line_id")] is not None:
        said = next(
            f"{column} was {before} and is now {after}"
            for column, before, after in zip(compared, was, now, strict=True)
            if before != after
        )
    raise CheckFailed(
        f"billing line {line_id} left in {export} and has changed since: {said}; "
        "nothing was written; undo the edit of the seeds or landing files that changed it"
    )


def forbid_new_lines(connection, name: str) -> None:
    """Raises CheckFailed when the export of this name has left and would now hold one line more."""
    new = connection.execute(
        """
        select leaving.billing_line_id
        from leaving
        anti join ledger on leaving.billing_line_id = ledger.billing_line_id
        where $name in (select export from exports)
        order by leaving.billing_line_id
        limit 1
        """,
        {"name": name},
    ).fetchone()
    if new:
        raise CheckFailed(
            f"export {name} has left already and would now hold billing line {new[0]} too; nothing was written; "
            "leave the new line to a later as-of"
        )


def totals(lines: pa.Table) -> dict[str, Decimal]:
    """The amount of the lines in each currency, by currency."""
    sums: dict[str, Decimal] = {}
    for currency, amount in zip(
        lines.column("currency").to_pylist(), lines.column("amount").to_pylist(), strict=True
    ):
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return dict(sorted(sums.items()))
