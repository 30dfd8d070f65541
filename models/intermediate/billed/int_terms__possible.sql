with

subscriptions as (

    select * from {{ ref('int_subscriptions__anchored') }}

),

versions as (

    select * from {{ ref('int_subscriptions__judged') }}

),

changes as (

    select * from {{ ref('int_subscription_changes__ordered') }}

),

calendar_dates as (

    select * from {{ ref('int_calendar_dates') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- Every month counted from the anchor up to the run's instant, in whatever zone that is.
months as (

    select
        subscriptions.*,
        run.as_of_at,
        {{ headcount.whole_numbers(
            0,
            'cast(' ~ headcount.months_between('subscriptions.anchor_on', 'cast(run.as_of_at as date)') ~ ' + 1 as integer)'
        ) }} as month_number

    from subscriptions

    cross join run

    where subscriptions.anchor_on <= cast(run.as_of_at + interval 48 hour as date)

),

month_starts as (

    select
        *,
        {{ headcount.period_boundary('anchor_on', 1, 'month_number') }} as term_start_on

    from months

),

-- The first term is judged a day after its first day has ended, every other a day after it began.
placed as (

    select
        month_starts.*,
        calendar_dates.starts_at as term_start_at,
        greatest(
            case when month_starts.month_number = 0 then calendar_dates.ends_at else calendar_dates.starts_at end,
            month_starts.landed_at
        ) + interval 24 hour as final_at

    from month_starts

    inner join calendar_dates
        on month_starts.timezone = calendar_dates.timezone
            and month_starts.term_start_on = calendar_dates.calendar_on

    where calendar_dates.starts_at <= month_starts.as_of_at

)

select
    placed.subscription_id,
    placed.month_number,
    placed.anchor_on,
    placed.timezone,
    placed.term_start_on,
    placed.term_start_at,
    placed.final_at,
    changes.change_number,
    changes.duration_months,
    versions.subscription_id is not null
    and (versions.cancelled_on is null or versions.cancelled_on > placed.term_start_on) as may_start

from placed

-- The latest change made before the day begins; on the first day, when there is none, the first made on it.
inner join changes
    on placed.subscription_id = changes.subscription_id
        and (placed.term_start_at > changes.happened_at or changes.change_number = 1)
        and placed.term_start_at <= changes.next_happened_at

left join versions
    on placed.subscription_id = versions.subscription_id
        and least(placed.as_of_at, placed.final_at) >= versions.known_from_at
        and least(placed.as_of_at, placed.final_at) < versions.known_until_at
