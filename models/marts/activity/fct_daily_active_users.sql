with

users as (

    select * from {{ ref('fct_active_users') }}

),

periods as (

    select * from {{ ref('int_periods') }}

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
        periods.account_id,
        periods.location_id,
        periods.period_start_at,
        days.local_on

    from periods

    inner join days
        on periods.timezone = days.timezone
            and days.ends_at > periods.period_start_at
            and days.starts_at < periods.judged_at

    where periods.period_start_at < periods.judged_at

),

first_active_on_day as (

    select
        users.account_id,
        users.location_id,
        users.period_start_at,
        days_by_utc_date.local_on,
        count(*) as new_active_users

    from users

    inner join periods
        on users.account_id = periods.account_id
            and users.location_id = periods.location_id
            and users.period_start_at = periods.period_start_at

    inner join days_by_utc_date
        on periods.timezone = days_by_utc_date.timezone
            and cast(users.first_active_at as date) = days_by_utc_date.utc_on
            and users.first_active_at >= days_by_utc_date.starts_at
            and users.first_active_at < days_by_utc_date.ends_at

    group by users.account_id, users.location_id, users.period_start_at, days_by_utc_date.local_on

)

select
    days_of_periods.account_id,
    days_of_periods.location_id,
    days_of_periods.period_start_at,
    days_of_periods.local_on as active_on,
    cast(sum(coalesce(first_active_on_day.new_active_users, 0)) over (
        partition by days_of_periods.account_id, days_of_periods.location_id, days_of_periods.period_start_at
        order by days_of_periods.local_on
        rows between unbounded preceding and current row
    ) as bigint) as active_users_to_date

from days_of_periods

left join first_active_on_day
    on days_of_periods.account_id = first_active_on_day.account_id
        and days_of_periods.location_id = first_active_on_day.location_id
        and days_of_periods.period_start_at = first_active_on_day.period_start_at
        and days_of_periods.local_on = first_active_on_day.local_on
