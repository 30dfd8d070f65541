with

customers_to_settle as (

    select * from {{ ref('int_customers__to_settle') }}

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
        customers_to_settle.*,
        billed_users.customer_id is not null as was_counted,
        counted.customer_id is not null as would_have_counted

    from customers_to_settle

    left join billed_users
        on customers_to_settle.account_id = billed_users.account_id
            and customers_to_settle.location_id = billed_users.location_id
            and customers_to_settle.period_start_at = billed_users.period_start_at
            and customers_to_settle.customer_id = billed_users.customer_id

    left join counted
        on customers_to_settle.judgement_id = counted.judgement_id
            and customers_to_settle.customer_id = counted.customer_id

)

select
    account_id,
    location_id,
    period_start_at,
    period_start_on,
    settled_period_start_at,
    customer_id,
    case when was_counted then 'retraction' else 'late_addition' end as correction

from counts

where was_counted != would_have_counted
