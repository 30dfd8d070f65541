with

counted as (

    select * from {{ ref('int_customers__counted') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where period_status = 'closed'
        and whatif_ruleset_id is null

),

closed_counts as (

    select
        judgements.account_id,
        judgements.location_id,
        judgements.period_start_at,
        judgements.period_start_on,
        counted.customer_id,
        bool_or(judgements.is_billed) as was_counted,
        bool_or(not judgements.is_billed) as would_count_now

    from counted

    inner join judgements on counted.judgement_id = judgements.judgement_id

    group by
        judgements.account_id,
        judgements.location_id,
        judgements.period_start_at,
        judgements.period_start_on,
        counted.customer_id

)

select
    account_id,
    location_id,
    period_start_at,
    customer_id,
    case when was_counted then 'retraction' else 'late_addition' end as correction,
    period_start_on

from closed_counts

where was_counted != would_count_now
