with

conditions as (

    select * from {{ ref('int_conditions__all') }}

    where reason is not null

),

counted as (

    select * from {{ ref('int_customers__counted') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where is_billed

)

-- Where free and paid ones fail for one reason, the paid one is told: a free one might be expected not to count.
select
    judgements.account_id,
    judgements.location_id,
    judgements.period_start_at,
    judgements.period_start_on,
    conditions.customer_id,
    conditions.activity_type,
    conditions.reason,
    max(case conditions.price_kind when 'paid' then true when 'free' then false end) as is_paid,
    max_by(conditions.rule_condition_id, conditions.price_kind = 'paid') as rule_condition_id

from conditions

inner join judgements on conditions.judgement_id = judgements.judgement_id

left join counted
    on conditions.judgement_id = counted.judgement_id
        and conditions.customer_id = counted.customer_id

where counted.customer_id is null

group by
    judgements.account_id,
    judgements.location_id,
    judgements.period_start_at,
    judgements.period_start_on,
    conditions.customer_id,
    conditions.activity_type,
    conditions.reason
