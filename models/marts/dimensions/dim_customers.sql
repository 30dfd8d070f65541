with

customers as (

    select * from {{ ref('int_customers__judged') }}

    where {{ headcount.in_force_now() }}

),

contracts as (

    select * from {{ ref('int_contracts__judged') }}

    where {{ headcount.in_force_now() }}

),

statuses as (

    select * from {{ ref('int_statuses__now') }}

),

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

members as (

    select contracts.customer_id

    from contracts

    cross join run

    where contracts.created_at <= run.as_of_at
        and contracts.starts_at <= run.as_of_at
        and (contracts.cancelled_at is null or contracts.cancelled_at > run.as_of_at)

    group by contracts.customer_id

)

select
    customers.customer_id,
    customers.account_id,
    customers.home_location_id,
    customers.display_name,
    customers.is_admin,
    case
        when products.counted_by = 'account' then 'client'
        when members.customer_id is not null then 'member'
        else 'contact'
    end as customer_kind,
    coalesce(statuses.status, 'active') as status,
    customers.created_at

from customers

inner join accounts on customers.account_id = accounts.account_id

inner join products on accounts.product = products.product

left join members on customers.customer_id = members.customer_id

left join statuses on customers.customer_id = statuses.customer_id
