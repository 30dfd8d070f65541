with

judgements as (

    select * from {{ ref('int_judgements') }}

    where whatif_ruleset_id is not null
        and period_status = 'closed'

),

counted as (

    select * from {{ ref('int_customers__counted') }}

),

reasons as (

    select * from {{ ref('int_reasons__listed') }}

),

-- Who counts in the what-if, and who counts in the billed judgement of the same period.
users as (

    select
        judgements.judgement_id,
        counted.customer_id,
        counted.sources as whatif_sources

    from judgements

    inner join counted on judgements.judgement_id = counted.judgement_id

    union all

    select
        judgements.judgement_id,
        counted.customer_id,
        cast(null as string) as whatif_sources

    from judgements

    inner join counted on judgements.billed_judgement_id = counted.judgement_id

),

-- Who counts in one of the two moves.
moved as (

    select
        judgement_id,
        customer_id,
        max(whatif_sources) as whatif_sources

    from users

    group by judgement_id, customer_id

    having count(*) = 1

)

select
    judgements.account_id,
    judgements.location_id,
    judgements.period_start_at,
    judgements.period_start_on,
    judgements.ruleset_id,
    moved.customer_id,
    case when moved.whatif_sources is null then 'removed' else 'added' end as move,
    coalesce(moved.whatif_sources, reasons.reasons, 'no_condition_met') as why

from moved

inner join judgements on moved.judgement_id = judgements.judgement_id

left join reasons
    on moved.judgement_id = reasons.judgement_id
        and moved.customer_id = reasons.customer_id
