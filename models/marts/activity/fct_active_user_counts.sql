with

counts as (

    select * from {{ ref('int_judgements__counted') }}

    where is_billed

),

registered as (

    select * from {{ ref('int_customers__registered') }}

)

select
    counts.account_id,
    counts.location_id,
    counts.period_start_at,
    counts.period_start_on,
    counts.active_users,
    coalesce(registered.registered_customers, 0) as registered_customers,
    counts.ruleset_id,
    counts.period_status

from counts

left join registered on counts.judgement_id = registered.judgement_id
