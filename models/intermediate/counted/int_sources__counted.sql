with

conditions as (

    select * from {{ ref('int_conditions__all') }}

    where reason is null

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where is_billed

),

-- Of each source the earliest record, the smallest key among equals.
ordered_evidence as (

    select
        conditions.*,
        row_number() over (
            partition by conditions.judgement_id, conditions.customer_id, conditions.source
            order by conditions.evidence_at, conditions.evidence_id, conditions.activity_type
        ) as evidence_number

    from conditions

    inner join judgements on conditions.judgement_id = judgements.judgement_id

)

select
    judgement_id,
    customer_id,
    source,
    activity_type,
    case price_kind when 'paid' then true when 'free' then false end as is_paid,
    evidence_id,
    evidence_at,
    payer_customer_id,
    rule_condition_id

from ordered_evidence

where evidence_number = 1
