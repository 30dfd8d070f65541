"""What would be billed that is not billed yet, read from the copy that a preview has built."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

# What the warehouse in use says, put aside before dbt writes over it.
_BEFORE = """
    create schema before;
    create table before.periods as select account_id, location_id, period_start_at, period_status from marts.dim_billing_periods;
    create table before.lines as select billing_line_id from marts.fct_billing_lines;
    create table before.exceptions as
        select account_id, location_id, period_start_at, subscription_id, charge_number, exception from marts.billing_exceptions;
"""

# Every period that is not closed in the warehouse in use, also one that begins later; the one that begins with the invoice
# has nothing in it. A place without users is billed nothing; one that stays open, has packages, or lacks a rate card has no
# amount.
_COUNTS = """
    with amounts as (
        select
            billed.account_id, billed.location_id, billed.period_start_at,
            coalesce(sum(lines.amount), 0) as amount
        from intermediate.int_periods__billed_by_users as billed
        left join marts.fct_billing_lines as lines
            on billed.account_id = lines.account_id
                and billed.location_id = lines.location_id
                and billed.period_start_at = lines.period_start_at
                and lines.line_kind = 'active_users'
        where billed.card_valid_from is not null
        group by billed.account_id, billed.location_id, billed.period_start_at
    )
    select
        periods.account_id, periods.location_id, periods.period_start_at, periods.period_start_on, periods.period_end_at,
        before.period_status as status_now,
        periods.period_status as status_then,
        periods.ruleset_id,
        counts.active_users, counts.registered_customers,
        amounts.amount, periods.currency,
        periods.previous_period_start_at,
        previous_counts.active_users as previous_active_users,
        previous_amounts.amount as previous_amount
    from intermediate.int_periods as periods
    inner join marts.fct_active_user_counts as counts using (account_id, location_id, period_start_at)
    left join before.periods as before using (account_id, location_id, period_start_at)
    left join amounts using (account_id, location_id, period_start_at)
    left join marts.fct_active_user_counts as previous_counts
        on periods.account_id = previous_counts.account_id
            and periods.location_id = previous_counts.location_id
            and periods.previous_period_start_at = previous_counts.period_start_at
    left join amounts as previous_amounts
        on periods.account_id = previous_amounts.account_id
            and periods.location_id = previous_amounts.location_id
            and periods.previous_period_start_at = previous_amounts.period_start_at
    where before.period_status is distinct from 'closed'
        and periods.period_start_at < $ends_at
        and ($everyone or periods.account_id in (select unnest($accounts)))
    order by periods.account_id, periods.location_id, periods.period_start_at
"""

_LINES = """
    select * from marts.fct_billing_lines
    where billing_line_id not in (select billing_line_id from before.lines)
        and ($everyone or account_id in (select unnest($accounts)))
    order by account_id, location_id, period_start_at, billed_at, line_kind, tier_number, billing_line_id
"""

_EXCEPTIONS = """
    select * from marts.billing_exceptions as coming
    where not exists (
        select 1 from before.exceptions as before
        where coming.account_id = before.account_id
            and coming.location_id = before.location_id
            and coming.period_start_at = before.period_start_at
            and coming.subscription_id is not distinct from before.subscription_id
            and coming.charge_number is not distinct from before.charge_number
            and coming.exception = before.exception
    )
        and ($everyone or account_id in (select unnest($accounts)))
    order by account_id, location_id, period_start_at, subscription_id, charge_number, exception
"""

# Beside the lines of users stand those of the periods before; a charge has no period before it.
_TOTALS = """
    with sums as (
        select currency, line_kind, count(*) as lines, sum(amount) as amount
        from lines group by currency, line_kind
    ),
    before as (
        select currency, 'active_users' as line_kind, sum(previous_amount) as previous_amount
        from counts where amount is not null group by currency
    )
    select
        currency, line_kind,
        coalesce(sums.lines, 0) as lines, coalesce(sums.amount, 0) as amount, before.previous_amount
    from sums
    full outer join before using (currency, line_kind)
    order by currency, line_kind
"""


@dataclass(frozen=True)
class Bill:
    """A preview: `counts`, `lines`, `exceptions` and `totals` as tables, for some accounts or, without any, for all."""

    as_of: datetime
    ends_at: datetime
    accounts: list[str]
    tables: dict[str, pa.Table]
    minor_units: dict[str, int]

    def rows(self, table: str) -> list[dict]:
        return self.tables[table].to_pylist()


def keep_what_was(connection) -> None:
    """Put aside which periods, lines and exceptions there are, in the copy itself."""
    connection.execute(_BEFORE)


def the_bill(connection, as_of: datetime, ends_at: datetime, accounts: list[str]) -> Bill:
    """What the copy has that the warehouse in use has not."""
    asked = {"everyone": not accounts, "accounts": accounts}
    tables = {"counts": connection.execute(_COUNTS, asked | {"ends_at": ends_at.replace(tzinfo=None)}).to_arrow_table()}
    for name, sql in (("lines", _LINES), ("exceptions", _EXCEPTIONS)):
        tables[name] = connection.execute(sql, asked).to_arrow_table()
    for name in ("counts", "lines"):
        connection.register(name, tables[name])
    tables["totals"] = connection.execute(_TOTALS).to_arrow_table()
    minor_units = dict(connection.execute("select currency, minor_units from seeds.map_currencies").fetchall())
    return Bill(as_of, ends_at, accounts, tables, minor_units)
