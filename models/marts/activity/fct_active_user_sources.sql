with

sources as (

    select * from {{ ref('int_sources__counted') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where is_billed

)

select
    judgements.account_id,
    judgements.location_id,
    judgements.period_start_at,
    judgements.period_start_on,
    sources.customer_id,
    sources.source,
    sources.activity_type,
    sources.is_paid,
    sources.evidence_id,
    sources.evidence_at,
    sources.payer_customer_id,
    sources.rule_condition_id

from sources

inner join judgements on sources.judgement_id = judgements.judgement_id
