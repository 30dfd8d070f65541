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

billed_users as (

    select * from {{ ref('fct_active_users') }}

),

-- What was billed may have been sealed by an earlier run: the mart has it.
counts as (

    select
        judgements.account_id,
        judgements.location_id,
        judgements.period_start_at,
        judgements.period_start_on,
        judged_again.customer_id,
        billed_users.customer_id is not null as was_counted,
        counted.customer_id is not null as would_count_now

    from judged_again

    inner join judgements on judged_again.judgement_id = judgements.judgement_id

    left join billed_users
        on judged_again.account_id = billed_users.account_id
            and judged_again.location_id = billed_users.location_id
            and judged_again.period_start_at = billed_users.period_start_at
            and judged_again.customer_id = billed_users.customer_id

    left join counted
        on judgements.judgement_id = counted.judgement_id
            and judged_again.customer_id = counted.customer_id

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
