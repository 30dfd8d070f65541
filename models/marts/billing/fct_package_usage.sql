with

usage as (

    select * from {{ ref('int_package_usage__measured') }}

)

select
    account_id,
    period_start_at,
    period_start_on,
    active_users as active_clients,
    plan,
    duration,
    client_limit,
    case when has_package then client_limit is null end as is_unlimited,
    coalesce(active_users > client_limit, false) as is_over_limit,
    limit_exceeded_on,
    days_over_limit,
    smallest_sufficient_limit

from usage
