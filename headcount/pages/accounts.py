"""All accounts as they stand now: a row for each, with the worst that is to be said of it."""

from decimal import Decimal

import pyarrow as pa

from headcount.pages.prices import Cards
from headcount.pages.work import worklist

_STATES = """
    with worst as (
        select account_id, min(level) as level, arg_min(kind, position) as state from work group by account_id
    ),
    asked as (
        select account_id, sum(active_users) as users,
            sum(active_users - previous_users) as change,
            max(period_start_on) as asked_on
        from asked_periods group by account_id
    ),
    live as (
        select account_id, sum(active_users) as live from place_periods where period_status = 'open' and recency = 1 group by 1
    ),
    -- A place without a forecast has its users so far: a sum of the others would be less than have been counted.
    coming as (
        select account_id, case when count(forecast) > 0 then sum(coalesce(forecast, periods.active_users)) end as forecast
        from place_periods as periods
        left join forecasts using (account_id, location_id, period_start_at)
        where periods.period_status = 'open' and periods.recency = 1
        group by account_id
    ),
    newest as (
        select usage.account_id,
            arg_max_null(usage.client_limit, usage.period_start_at) as client_limit,
            arg_max_null(usage.is_unlimited, usage.period_start_at) as is_unlimited
        from marts.fct_package_usage as usage group by usage.account_id
    )
    select
        accounts.account_id, accounts.account_name, accounts.product, accounts.timezone, accounts.currency,
        coalesce(worst.level, 9) as level, worst.state,
        cast(asked.users as bigint) as users, cast(asked.change as bigint) as change, asked.asked_on,
        cast(live.live as bigint) as live, cast(coming.forecast as bigint) as forecast,
        case
            when newest.account_id is null then ''
            when newest.is_unlimited then 'unlimited'
            when newest.client_limit is null then 'no package'
            else cast(newest.client_limit as varchar)
        end as package
    from marts.dim_accounts as accounts
    left join worst using (account_id)
    left join asked using (account_id)
    left join live using (account_id)
    left join coming using (account_id)
    left join newest using (account_id)
    order by accounts.account_id
"""


def account_states(reading) -> None:
    """Have the table `account_states`."""
    worklist(reading)
    reading.table("account_states", _states)


def _states(reading) -> pa.Table:
    states = reading.arrow(_STATES)
    amounts = amounts_of(reading, "select * from asked_periods")
    column = [amounts.get(account) for account in states["account_id"].to_pylist()]
    return states.append_column("amount", pa.array(column, pa.decimal128(18, 6)))


def amounts_of(reading, periods: str) -> dict[str, Decimal]:
    """Account -> what the users of these periods were billed, or come to so far by the card; none without a card."""
    cards, today, found = Cards(reading), reading.as_of.date() if reading.as_of else None, {}
    for row in reading.rows(periods):
        amount = period_amount(row, cards, today)
        if amount is not None:
            found[row["account_id"]] = found.get(row["account_id"], Decimal(0)) + amount
    return found


def period_amount(period: dict, cards: Cards, today, users: int | None = None) -> Decimal | None:
    """What the users of a period were billed; of one that is not closed, or of another number of users, by today's card."""
    if period["period_status"] == "closed" and users is None:
        return period["amount"]
    on = period["period_end_at"].date() if period["period_end_at"] and period["period_end_at"].date() < today else today
    return cards.amount(period["product"], period["currency"], on, period["active_users"] if users is None else users)
