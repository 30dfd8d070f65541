with

locations as (

    select * from {{ ref('int_locations__known') }}

),

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

products as (

    select * from {{ ref('stg_products') }}

)

select
    locations.location_id as landed_location_id,
    locations.account_id,
    case when products.counted_by = 'account' then locations.account_id else locations.location_id end as location_id

from locations

inner join accounts on locations.account_id = accounts.account_id

inner join products on accounts.product = products.product
