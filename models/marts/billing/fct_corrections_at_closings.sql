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

counts as (

    {{ headcount.beside_as_billed('customers_to_settle') }}

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

where was_counted != counts_as_known
