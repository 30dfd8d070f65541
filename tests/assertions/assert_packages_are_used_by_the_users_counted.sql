-- A package is held against the count of its account's period, and is over its limit where that is greater. Whoever is over
-- it at the end has been so on a day; a limit that was raised meanwhile may have been exceeded before.
with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

usage as (

    select * from {{ ref('fct_package_usage') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

)

select
    usage.account_id,
    usage.period_start_at

from to_judge

inner join usage
    on to_judge.location_id = usage.account_id
        and to_judge.period_start_at = usage.period_start_at

left join counts
    on usage.account_id = counts.location_id
        and usage.period_start_at = counts.period_start_at

where (
    usage.active_clients = counts.active_users
    and usage.is_over_limit = coalesce(counts.active_users > usage.client_limit, false)
    and (usage.limit_exceeded_on is not null) = (usage.days_over_limit > 0)
    and (usage.limit_exceeded_on is not null or not usage.is_over_limit)
    and coalesce(usage.smallest_sufficient_limit >= counts.active_users, true)
) is not true
