-- Of each place the live users are those of its open period, and the invoiced ones those of the period before it (X16).
with

periods as (

    select * from {{ ref('int_periods') }}

    where period_status = 'open'

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

compared as (

    select
        account_id,
        location_id,
        count(*) as users,
        count(*) filter (where counted_live) as live_users,
        count(*) filter (where counted_invoiced) as invoiced_users,
        count(*) filter (where counted_live or counted_invoiced) as counted_users

    from {{ ref('fct_live_vs_invoiced') }}

    group by account_id, location_id

)

select
    coalesce(periods.account_id, compared.account_id) as account_id,
    coalesce(periods.location_id, compared.location_id) as location_id

from periods

full outer join compared
    on periods.account_id = compared.account_id
        and periods.location_id = compared.location_id

left join counts as live
    on periods.account_id = live.account_id
        and periods.location_id = live.location_id
        and periods.period_start_at = live.period_start_at

left join counts as invoiced
    on periods.account_id = invoiced.account_id
        and periods.location_id = invoiced.location_id
        and periods.previous_period_start_at = invoiced.period_start_at

where (
    periods.account_id is not null
    and coalesce(compared.live_users, 0) = coalesce(live.active_users, 0)
    and coalesce(compared.invoiced_users, 0) = coalesce(invoiced.active_users, 0)
    and coalesce(compared.counted_users = compared.users, true)
) is not true
