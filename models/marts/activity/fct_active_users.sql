with

counted as (

    select * from {{ ref('int_customers__counted') }}

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
    counted.customer_id,
    counted.sources,
    judgements.ruleset_id,
    counted.first_active_at

from counted

inner join judgements on counted.judgement_id = judgements.judgement_id
