-- X15: whoever counts has a source for each label, and the earliest evidence of them is when they first counted; nobody else
-- has one.
with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

users as (

    select users.*

    from {{ ref('fct_active_users') }} as users

    inner join to_judge
        on users.account_id = to_judge.account_id
            and users.location_id = to_judge.location_id
            and users.period_start_at = to_judge.period_start_at

),

sources as (

    select
        sources.account_id,
        sources.location_id,
        sources.period_start_at,
        sources.customer_id,
        {{ headcount.sorted_list('sources.source') }} as sources,
        min(sources.evidence_at) as first_active_at

    from {{ ref('fct_active_user_sources') }} as sources

    inner join to_judge
        on sources.account_id = to_judge.account_id
            and sources.location_id = to_judge.location_id
            and sources.period_start_at = to_judge.period_start_at

    group by sources.account_id, sources.location_id, sources.period_start_at, sources.customer_id

)

select
    coalesce(users.account_id, sources.account_id) as account_id,
    coalesce(users.location_id, sources.location_id) as location_id,
    coalesce(users.period_start_at, sources.period_start_at) as period_start_at,
    coalesce(users.customer_id, sources.customer_id) as customer_id

from users

full outer join sources
    on users.account_id = sources.account_id
        and users.location_id = sources.location_id
        and users.period_start_at = sources.period_start_at
        and users.customer_id = sources.customer_id

where (users.sources = sources.sources and users.first_active_at = sources.first_active_at) is not true
