with

contracts as (

    select * from {{ ref('int_contracts__judged') }}

    where known_from_at is not null

),

locations as (

    select * from {{ ref('int_locations__placed') }}

    where is_named

)

select
    locations.account_id,
    locations.location_id,
    contracts.contract_id,
    contracts.customer_id,
    contracts.price,
    contracts.created_at,
    contracts.starts_at,
    contracts.cancelled_at,
    contracts.known_from_at,
    contracts.known_until_at

from contracts

inner join locations on contracts.location_id = locations.landed_location_id
