with

metered as (

    select * from {{ ref('int_locations__placed') }}

    where is_metered
        and period = 'calendar_month'

),

calendar_dates as (

    select * from {{ ref('int_calendar_dates') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- By the day that a date stands for: a first of the month that the zone skips is no day of that month.
months as (

    select
        timezone,
        min(starts_at) as starts_at,
        max(ends_at) as ends_at

    from calendar_dates

    group by timezone, date_trunc('month', local_on)

)

-- From the month that holds the account's creation to the month that holds the run's instant (P1).
select
    metered.account_id,
    metered.location_id,
    months.starts_at as period_start_at,
    months.ends_at as period_end_at,
    cast(null as timestamp) as end_known_at

from metered

inner join months on metered.timezone = months.timezone

cross join run

where months.ends_at > metered.metered_from_at
    and months.starts_at <= run.as_of_at
    and metered.metered_from_at <= run.as_of_at
