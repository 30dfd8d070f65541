with

days as (

    select * from {{ ref('int_calendar_dates') }}

    where calendar_on = local_on

),

periods as (

    select * from {{ ref('int_periods') }}

),

metered_spans as (

    select
        timezone,
        min(period_start_at) as first_start_at,
        max(coalesce(period_end_at - interval 1 microsecond, judged_at)) as last_instant_at

    from periods

    group by timezone

)

select
    days.timezone,
    days.local_on,
    days.starts_at,
    days.ends_at

from days

inner join metered_spans
    on days.timezone = metered_spans.timezone
        and days.ends_at > metered_spans.first_start_at
        and days.starts_at <= metered_spans.last_instant_at
