with

contracts as (

    select * from {{ ref('int_contracts__placed') }}

),

all_judgements as (

    select * from {{ ref('int_judgements') }}

),

customers_to_judge as (

    select * from {{ ref('int_customers__to_judge') }}

),

-- Closed periods of which nothing is news are not looked at.
judgements as (

    select * from all_judgements

    where judges_everyone
        or judgement_id in (select judgement_id from customers_to_judge)

),

lasting as (

    select
        judgements.judgement_id,
        judgements.period_start_at,
        judgements.judged_at,
        judgements.contract_condition,
        contracts.customer_id,
        contracts.contract_id,
        contracts.price,
        contracts.cancelled_at,
        greatest(
            case judgements.contract_from when 'starts_at' then contracts.starts_at else contracts.created_at end,
            judgements.period_start_at
        ) as lasts_from_at,
        least(contracts.cancelled_at, judgements.judged_at) as lasts_until_at

    from contracts

    inner join judgements
        on contracts.account_id = judgements.account_id
            and contracts.location_id = judgements.location_id
            and contracts.created_at < judgements.judged_at
            and coalesce(contracts.cancelled_at, {{ headcount.end_of_time() }}) > judgements.period_start_at
            and {{ headcount.in_knowledge('contracts', 'judgements.knowledge_at') }}

    left join customers_to_judge
        on judgements.judgement_id = customers_to_judge.judgement_id
            and contracts.customer_id = customers_to_judge.customer_id

    where judgements.judges_everyone
        or customers_to_judge.customer_id is not null

)

select
    judgement_id,
    customer_id,
    contract_id,
    case when price > 0 then 'paid' else 'free' end as price_kind,
    lasts_from_at,
    lasts_until_at,
    contract_condition = 'open_at_end' and coalesce(cancelled_at < judged_at, false) as is_closed_at_end

from lasting

where lasts_from_at < lasts_until_at
