with

judgements as (

    select * from {{ ref('int_judgements') }}

    where judges_everyone

),

customers as (

    select * from {{ ref('int_customers__counted') }}

),

counts as (

    select
        judgement_id,
        count(*) as active_users

    from customers

    group by judgement_id

)

select
    judgements.judgement_id,
    judgements.billed_judgement_id,
    judgements.account_id,
    judgements.location_id,
    judgements.period_start_at,
    judgements.period_start_on,
    judgements.period_status,
    judgements.is_billed,
    judgements.ruleset_id,
    coalesce(counts.active_users, 0) as active_users

from judgements

left join counts on judgements.judgement_id = counts.judgement_id
