"""Which period people ask about, and what it was like: tables that several pages read.

For a week after a period has ended people ask about it, and then about the one that is open. `asked_periods` has one period
for each place, `place_periods` every one beside the one before, with what it was billed.
"""

import pyarrow as pa

# Days for which a period that has ended is the one that people ask about.
ASKED_DAYS = 7

_PLACE_PERIODS = """
    with amounts as (
        select account_id, location_id, period_start_at, sum(amount) as amount, any_value(currency) as currency
        from marts.fct_billing_lines
        where line_kind = 'active_users'
        group by account_id, location_id, period_start_at
    ),
    periods as (
        select
            counts.account_id, counts.location_id, counts.period_start_at, counts.period_start_on, periods.period_end_at,
            counts.period_status, counts.ruleset_id, periods.knowledge_cutoff_at, counts.active_users,
            counts.registered_customers
        from marts.fct_active_user_counts as counts
        inner join marts.dim_billing_periods as periods using (account_id, location_id, period_start_at)
    )
    select
        periods.*,
        lag(periods.period_start_at) over place as previous_start_at,
        lag(periods.period_start_on) over place as previous_start_on,
        lag(periods.active_users) over place as previous_users,
        periods.active_users - lag(periods.active_users) over place as change,
        row_number() over newest_first as recency,
        amounts.amount,
        lag(amounts.amount) over place as previous_amount,
        coalesce(amounts.currency, accounts.currency) as currency,
        accounts.product,
        case when days.ends_at >= periods.period_end_at then days.local_on end as last_on,
        accounts.account_name,
        coalesce(locations.location_name, periods.location_id) as location_name,
        coalesce(locations.timezone, accounts.timezone) as timezone,
        exceptions.exception
    from periods
    left join amounts using (account_id, location_id, period_start_at)
    left join marts.dim_accounts as accounts using (account_id)
    left join marts.dim_locations as locations
        on periods.account_id = locations.account_id and periods.location_id = locations.location_id
    -- The local day just before the end.
    asof left join marts.dim_local_days as days
        on coalesce(locations.timezone, accounts.timezone) = days.timezone and periods.period_end_at > days.starts_at
    left join (
        select account_id, location_id, period_start_at, min(exception) as exception
        from marts.billing_exceptions
        where subscription_id is null
        group by account_id, location_id, period_start_at
    ) as exceptions using (account_id, location_id, period_start_at)
    window
        place as (partition by periods.account_id, periods.location_id order by periods.period_start_at),
        newest_first as (partition by periods.account_id, periods.location_id order by periods.period_start_at desc)
"""

_ASKED = f"""
    with newest as (
        select
            periods.account_id, periods.location_id,
            coalesce(today.local_on, cast(runs.as_of_at as date)) - periods.period_start_on < {ASKED_DAYS}
                and periods.previous_start_at is not null as has_just_begun
        from place_periods as periods
        cross join (select max(as_of_at) as as_of_at from marts.runs) as runs
        left join marts.dim_local_days as today
            on periods.timezone = today.timezone and today.starts_at <= runs.as_of_at and runs.as_of_at < today.ends_at
        where periods.recency = 1
    )
    select periods.*
    from place_periods as periods
    inner join newest using (account_id, location_id)
    where periods.recency = case when newest.has_just_begun then 2 else 1 end
"""


def place_periods(reading) -> None:
    """Have the tables `place_periods` and `asked_periods`."""
    reading.table("place_periods", lambda reading: reading.arrow(_PLACE_PERIODS))
    reading.table("asked_periods", _asked)


def _asked(reading) -> pa.Table:
    return reading.arrow(_ASKED)
