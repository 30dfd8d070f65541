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

counts as (

    {{ headcount.beside_as_billed('customers_to_correct') }}

)

select
    account_id,
    location_id,
    period_start_at,
    period_start_on,
    customer_id,
    case when was_counted then 'retraction' else 'late_addition' end as correction

from counts

where was_counted != counts_as_known
