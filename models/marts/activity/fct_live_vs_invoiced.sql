with

users as (

    select * from {{ ref('fct_active_users') }}

),

periods as (

    select * from {{ ref('int_periods') }}

    where period_status = 'open'

),

statuses as (

    select * from {{ ref('int_statuses__now') }}

),

-- One period of each location is open; the one before it has ended.
latest_periods as (

    select
        account_id,
        location_id,
        period_start_at,
        true as is_live

    from periods

    union all

    select
        account_id,
        location_id,
        previous_period_start_at as period_start_at,
        false as is_live

    from periods

),

compared as (

    select
        users.account_id,
        users.location_id,
        users.customer_id,
        bool_or(not latest_periods.is_live) as counted_invoiced,
        bool_or(latest_periods.is_live) as counted_live,
        max(case when not latest_periods.is_live then users.sources end) as invoiced_sources

    from users

    inner join latest_periods
        on users.account_id = latest_periods.account_id
            and users.location_id = latest_periods.location_id
            and users.period_start_at = latest_periods.period_start_at

    group by users.account_id, users.location_id, users.customer_id

)

select
    compared.account_id,
    compared.location_id,
    compared.customer_id,
    compared.counted_invoiced,
    compared.counted_live,
    case
        when compared.counted_invoiced and compared.counted_live then 'in_both'
        when compared.counted_live then 'new_this_period'
        when statuses.status = 'suspended' then 'suspended'
        when ',' || compared.invoiced_sources || ',' like '%,contract,%' then 'contract_cancelled'
        when ',' || compared.invoiced_sources || ',' like '%,team,%' then 'team_no_longer_counts'
        else 'last_period_activity_only'
    end as reason

from compared

left join statuses on compared.customer_id = statuses.customer_id
