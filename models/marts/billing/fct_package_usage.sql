with

periods as (

    select * from {{ ref('int_periods__with_packages') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

daily as (

    select * from {{ ref('fct_daily_active_users') }}

),

local_days as (

    select * from {{ ref('int_local_days') }}

),

packages as (

    select * from {{ ref('int_packages__shown') }}

),

prices as (

    select * from {{ ref('stg_package_prices') }}

),

-- The days at whose end, or when the period is judged, the count is above the limit then in force.
days_over as (

    select
        periods.account_id,
        periods.period_start_at,
        min(daily.active_on) as limit_exceeded_on,
        count(*) as days_over_limit

    from periods

    inner join daily
        on periods.account_id = daily.account_id
            and periods.period_start_at = daily.period_start_at

    inner join local_days
        on periods.timezone = local_days.timezone
            and daily.active_on = local_days.local_on

    inner join packages
        on periods.account_id = packages.account_id
            and least(local_days.ends_at, periods.judged_at) > packages.in_force_from_at
            and least(local_days.ends_at, periods.judged_at) <= packages.in_force_until_at

    where daily.active_users_to_date > packages.client_limit

    group by periods.account_id, periods.period_start_at

),

sufficient_limits as (

    select
        periods.account_id,
        periods.period_start_at,
        min(prices.client_limit) as smallest_sufficient_limit

    from periods

    inner join counts
        on periods.account_id = counts.account_id
            and periods.period_start_at = counts.period_start_at

    inner join prices
        on periods.product = prices.product
            and periods.plan = prices.plan
            and periods.duration = prices.duration
            and periods.currency = prices.currency
            and counts.active_users <= prices.client_limit
            and {{ headcount.is_valid_on('prices', 'periods.judged_on') }}

    group by periods.account_id, periods.period_start_at

)

select
    periods.account_id,
    periods.period_start_at,
    counts.active_users as active_clients,
    periods.plan,
    periods.duration,
    periods.client_limit,
    case when periods.has_package then periods.client_limit is null end as is_unlimited,
    coalesce(counts.active_users > periods.client_limit, false) as is_over_limit,
    days_over.limit_exceeded_on,
    coalesce(days_over.days_over_limit, 0) as days_over_limit,
    sufficient_limits.smallest_sufficient_limit,
    periods.period_start_on

from periods

inner join counts
    on periods.account_id = counts.account_id
        and periods.period_start_at = counts.period_start_at

left join days_over
    on periods.account_id = days_over.account_id
        and periods.period_start_at = days_over.period_start_at

left join sufficient_limits
    on periods.account_id = sufficient_limits.account_id
        and periods.period_start_at = sufficient_limits.period_start_at
