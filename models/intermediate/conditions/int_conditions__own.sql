with

happened as (

    select * from {{ ref('int_conditions__happened') }}

),

contracts as (

    select * from {{ ref('int_conditions__contract') }}

)

select
    judgement_id,
    customer_id,
    activity_type,
    price_kind,
    evidence_at,
    evidence_id,
    rule_condition_id,
    source,
    reason

from happened

union all

select
    judgement_id,
    customer_id,
    activity_type,
    price_kind,
    evidence_at,
    evidence_id,
    rule_condition_id,
    source,
    reason

from contracts
