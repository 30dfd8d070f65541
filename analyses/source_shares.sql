with

users as (

    select * from {{ ref('fct_active_users') }}

),

sources as (

    select * from {{ ref('fct_active_user_sources') }}

),

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

users_by_month as (

    select
        users.*,
        cast(date_trunc('month', periods.period_start_on) as date) as month_on

    from users

    inner join periods using (account_id, location_id, period_start_at)

),

totals as (

    select
        ruleset_id,
        month_on,
        count(*) as active_users

    from users_by_month

    group by ruleset_id, month_on

),

users_by_source as (

    select
        users.ruleset_id,
        users.month_on,
        sources.source,
        count(*) as users_with_source,
        count(*) filter (where users.sources = sources.source) as users_with_no_other

    from users_by_month as users

    inner join sources using (account_id, location_id, period_start_at, customer_id)

    group by users.ruleset_id, users.month_on, sources.source

)

select
    totals.ruleset_id,
    totals.month_on,
    users_by_source.source,
    totals.active_users,
    users_by_source.users_with_source,
    users_by_source.users_with_no_other,
    {{ headcount.prorate(100, 'users_by_source.users_with_source', 'totals.active_users', 2) }} as percent_with_source,
    {{ headcount.prorate(100, 'users_by_source.users_with_no_other', 'totals.active_users', 2) }} as percent_with_no_other

from totals

inner join users_by_source using (ruleset_id, month_on)

order by totals.ruleset_id, totals.month_on, users_by_source.source
