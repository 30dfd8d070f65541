with

judgements as (

    select * from {{ ref('int_judgements') }}

    where is_billed

),

counted as (

    select * from {{ ref('int_customers__counted') }}

),

registered as (

    select * from {{ ref('int_customers__registered') }}

),

counts as (

    select
        judgement_id,
        count(*) as active_users

    from counted

    group by judgement_id

)

select
    judgements.account_id,
    judgements.location_id,
    judgements.period_start_at,
    coalesce(counts.active_users, 0) as active_users,
    coalesce(registered.registered_customers, 0) as registered_customers,
    judgements.ruleset_id,
    judgements.period_status,
    judgements.period_start_on

from judgements

left join counts on judgements.judgement_id = counts.judgement_id

left join registered on judgements.judgement_id = registered.judgement_id
