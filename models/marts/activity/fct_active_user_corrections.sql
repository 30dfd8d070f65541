with

customers_to_correct as (

    select * from {{ ref('int_customers__to_correct') }}

),

counted as (

    select * from {{ ref('int_customers__counted') }}

),

billed_users as (

    select * from {{ ref('fct_active_users') }}

),

-- What was billed may have been sealed by an earlier run: the mart has it.
counts as (

    select
        customers_to_correct.*,
        billed_users.customer_id is not null as was_counted,
        counted.customer_id is not null as would_count_now

    from customers_to_correct

    left join billed_users
        on customers_to_correct.account_id = billed_users.account_id
            and customers_to_correct.location_id = billed_users.location_id
            and customers_to_correct.period_start_at = billed_users.period_start_at
            and customers_to_correct.customer_id = billed_users.customer_id

    left join counted
        on customers_to_correct.judgement_id = counted.judgement_id
            and customers_to_correct.customer_id = counted.customer_id

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
