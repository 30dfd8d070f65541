with

own_conditions as (

    select * from {{ ref('int_conditions__own') }}

),

by_membership as (

    select * from {{ ref('int_conditions__team_by_membership') }}

),

by_payer as (

    select * from {{ ref('int_conditions__team_by_payer') }}

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
    cast(null as string) as payer_customer_id,
    reason

from own_conditions

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
    payer_customer_id,
    reason

from by_membership

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
    payer_customer_id,
    reason

from by_payer
