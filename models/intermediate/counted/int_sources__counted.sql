with

conditions as (

    select * from {{ ref('int_conditions__judged') }}

    where reason is null

),

-- Of each source the earliest record, the smallest key among equals.
ordered_evidence as (

    select
        *,
        row_number() over (
            partition by judgement_id, customer_id, source
            order by evidence_at, evidence_id, activity_type
        ) as evidence_number

    from conditions

)

select
    judgement_id,
    customer_id,
    source,
    activity_type,
    case price_kind when 'paid' then true when 'free' then false end as is_paid,
    evidence_id,
    evidence_at,
    payer_customer_id

from ordered_evidence

where evidence_number = 1
