with

conditions as (

    select * from {{ ref('int_conditions__all') }}

    where reason is null

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where is_billed

),

earliest as (

    select
        conditions.judgement_id,
        conditions.customer_id,
        conditions.source,
        min(conditions.evidence_at) as evidence_at

    from conditions

    inner join judgements on conditions.judgement_id = judgements.judgement_id

    group by conditions.judgement_id, conditions.customer_id, conditions.source

),

-- Of each source the earliest record, the smallest key among equals: few are, so that there is little to put in order.
ordered_evidence as (

    select
        conditions.*,
        row_number() over (
            partition by conditions.judgement_id, conditions.customer_id, conditions.source
            order by conditions.evidence_id, conditions.activity_type
        ) as evidence_number

    from conditions

    inner join earliest
        on conditions.judgement_id = earliest.judgement_id
            and conditions.customer_id = earliest.customer_id
            and conditions.source = earliest.source
            and conditions.evidence_at = earliest.evidence_at

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
