"""What an open period will come to: those counted so far, and as many more as came after the same day in the periods before.

Of the last three periods that have ended at the place: how many were counted by the same day since they began, and how many
in the end. The mean of the differences, rounded half up, is added. A place whose first period is open has no forecast.
"""

from headcount.pages.periods import place_periods

EARLIER_PERIODS = 3

_FORECASTS = f"""
    with open_periods as (
        select * from place_periods where period_status = 'open' and recency = 1
    ),
    so_far as (
        select
            periods.account_id, periods.location_id, periods.period_start_at, periods.active_users,
            cast(max(days.active_on) - periods.period_start_on as integer) as day_number
        from open_periods as periods
        inner join marts.fct_daily_active_users as days using (account_id, location_id, period_start_at)
        group by periods.account_id, periods.location_id, periods.period_start_at, periods.period_start_on, periods.active_users
    ),
    ended as (
        select account_id, location_id, period_start_at, period_start_on, active_users
        from place_periods
        where period_status != 'open' and recency <= {EARLIER_PERIODS + 1}
    ),
    then_so_far as (
        select
            ended.account_id, ended.location_id, ended.period_start_at, ended.active_users,
            coalesce(
                max(days.active_users_to_date) filter (where days.active_on <= ended.period_start_on + so_far.day_number), 0
            ) as by_then
        from ended
        inner join so_far using (account_id, location_id)
        inner join marts.fct_daily_active_users as days
            on ended.account_id = days.account_id
                and ended.location_id = days.location_id
                and ended.period_start_at = days.period_start_at
        group by ended.account_id, ended.location_id, ended.period_start_at, ended.active_users
    )
    select
        so_far.account_id, so_far.location_id, so_far.period_start_at,
        count(*) as periods,
        so_far.active_users
            + cast((2 * sum(then_so_far.active_users - then_so_far.by_then) + count(*)) // (2 * count(*)) as bigint) as forecast
    from so_far
    inner join then_so_far using (account_id, location_id)
    group by so_far.account_id, so_far.location_id, so_far.period_start_at, so_far.active_users
"""


def forecasts(reading) -> None:
    """Have the table `forecasts`: a row for each open period of which something can be said."""
    place_periods(reading)
    reading.table("forecasts", lambda reading: reading.arrow(_FORECASTS))
