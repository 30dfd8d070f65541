with

judgements as (

    select * from {{ ref('int_judgements') }}

    where is_billed

),

customers as (

    select * from {{ ref('int_customers__counted') }}

),

days as (

    select * from {{ ref('int_calendar_dates') }}

    where calendar_on = local_on

),

days_by_utc_date as (

    select * from {{ ref('int_local_days__by_utc_date') }}

),

days_of_periods as (

    select
        judgements.judgement_id,
        judgements.account_id,
        judgements.location_id,
        judgements.period_start_at,
        judgements.period_start_on,
        days.local_on,
        least(days.ends_at, judgements.judged_at) as counted_until_at

    from judgements

    inner join days
        on judgements.timezone = days.timezone
            and days.ends_at > judgements.period_start_at
            and days.starts_at < judgements.judged_at

    where judgements.period_start_at < judgements.judged_at

),

first_active_on_day as (

    select
        judgements.judgement_id,
        days_by_utc_date.local_on,
        count(*) as new_active_users

    from customers

    inner join judgements on customers.judgement_id = judgements.judgement_id

    inner join days_by_utc_date
        on judgements.timezone = days_by_utc_date.timezone
            and cast(customers.first_active_at as date) = days_by_utc_date.utc_on
            and customers.first_active_at >= days_by_utc_date.starts_at
            and customers.first_active_at < days_by_utc_date.ends_at

    group by judgements.judgement_id, days_by_utc_date.local_on

)

-- Everyone is new once, on the day of their first activity: 2, 0 and 1 new ones are 2, 2 and 3 to date.
select
    days_of_periods.account_id,
    days_of_periods.location_id,
    days_of_periods.period_start_at,
    days_of_periods.period_start_on,
    days_of_periods.local_on as active_on,
    days_of_periods.counted_until_at,
    cast(sum(coalesce(first_active_on_day.new_active_users, 0)) over (
        partition by days_of_periods.judgement_id
        order by days_of_periods.local_on
        rows between unbounded preceding and current row
    ) as bigint) as active_users_to_date

from days_of_periods

left join first_active_on_day
    on days_of_periods.judgement_id = first_active_on_day.judgement_id
        and days_of_periods.local_on = first_active_on_day.local_on
