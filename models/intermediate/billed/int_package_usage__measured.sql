with

periods as (

    select * from {{ ref('int_periods__with_packages') }}

),

counts as (

    select * from {{ ref('int_judgements__counted') }}

    where is_billed

),

days as (

    select * from {{ ref('int_periods__counted_by_day') }}

),

packages as (

    select * from {{ ref('int_packages__by_account') }}

),

prices as (

    select * from {{ ref('stg_package_prices') }}

),

-- The days at whose end, or when the period is judged, the count is above the limit then in force. With 2 users on the 1st
-- and 4 on the 2nd, a limit of 2 and a raise to 5 on the 3rd, one day is over it: the 2nd.
days_over as (

    select
        days.account_id,
        days.period_start_at,
        min(days.active_on) as limit_exceeded_on,
        count(*) as days_over_limit

    from days

    inner join packages
        on days.account_id = packages.account_id
            and days.counted_until_at > packages.in_force_from_at
            and days.counted_until_at <= packages.in_force_until_at
            and days.active_users_to_date > packages.client_limit

    group by days.account_id, days.period_start_at

),

users_of_periods as (

    select
        periods.*,
        counts.active_users

    from periods

    inner join counts
        on periods.account_id = counts.account_id
            and periods.period_start_at = counts.period_start_at

),

sufficient_limits as (

    select
        users.account_id,
        users.period_start_at,
        min(prices.client_limit) as smallest_sufficient_limit

    from users_of_periods as users

    inner join prices
        on users.product = prices.product
            and users.plan = prices.plan
            and users.duration = prices.duration
            and users.currency = prices.currency
            and users.active_users <= prices.client_limit
            and {{ headcount.is_valid_on('prices', 'users.judged_on') }}

    group by users.account_id, users.period_start_at

)

select
    users.account_id,
    users.period_start_at,
    users.period_start_on,
    users.active_users,
    users.has_package,
    users.plan,
    users.duration,
    users.client_limit,
    days_over.limit_exceeded_on,
    coalesce(days_over.days_over_limit, 0) as days_over_limit,
    sufficient_limits.smallest_sufficient_limit

from users_of_periods as users

left join days_over
    on users.account_id = days_over.account_id
        and users.period_start_at = days_over.period_start_at

left join sufficient_limits
    on users.account_id = sufficient_limits.account_id
        and users.period_start_at = sufficient_limits.period_start_at
