with

contracts as (

    select * from {{ ref('int_contracts__placed') }}

),

spans as (

    select * from {{ ref('int_statuses__spans') }}

),

members as (

    select * from {{ ref('int_team_members__placed') }}

),

customers as (

    select * from {{ ref('int_customers__known') }}

)

select
    account_id,
    location_id,
    customer_id,
    created_at as lasts_from_at,
    cast(null as timestamp) as lasts_until_at,
    known_from_at,
    known_until_at

from contracts

union all

select
    customers.account_id,
    cast(null as string) as location_id,
    spans.customer_id,
    spans.lasts_from_at,
    spans.lasts_until_at,
    spans.known_from_at,
    spans.known_until_at

from spans

inner join customers on spans.customer_id = customers.customer_id

union all

select
    account_id,
    cast(null as string) as location_id,
    customer_id,
    joined_at as lasts_from_at,
    left_at as lasts_until_at,
    known_from_at,
    known_until_at

from members
