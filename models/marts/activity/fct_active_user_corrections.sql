with

judged_again as (

    select * from {{ ref('int_customers__judged_again') }}

),

counted as (

    select * from {{ ref('int_customers__counted') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

),

counts as (

    select
        judgements.account_id,
        judgements.location_id,
        judgements.period_start_at,
        judgements.period_start_on,
        judged_again.customer_id,
        counted_then.customer_id is not null as was_counted,
        counted_now.customer_id is not null as would_count_now

    from judged_again

    inner join judgements on judged_again.judgement_id = judgements.judgement_id

    left join counted as counted_then
        on judgements.billed_judgement_id = counted_then.judgement_id
            and judged_again.customer_id = counted_then.customer_id

    left join counted as counted_now
        on judgements.judgement_id = counted_now.judgement_id
            and judged_again.customer_id = counted_now.customer_id

)

select
    account_id,
    location_id,
    period_start_at,
    period_start_on,
    customer_id,
    case when was_counted then 'retraction' else 'late_addition' end as correction

from counts

where was_counted != would_count_now
