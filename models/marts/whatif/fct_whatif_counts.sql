with

judgements as (

    select * from {{ ref('int_judgements__priced') }}

)

select
    judgements.account_id,
    judgements.location_id,
    judgements.period_start_at,
    judgements.period_start_on,
    judgements.ruleset_id,
    billed.ruleset_id as billed_ruleset_id,
    judgements.active_users,
    billed.active_users as billed_active_users,
    judgements.amount,
    billed.amount as billed_amount,
    judgements.currency

from judgements

inner join judgements as billed on judgements.billed_judgement_id = billed.judgement_id

where not judgements.is_billed
