with

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

locations as (

    select * from {{ ref('int_locations__known') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

-- A product that counts by account has one place for each account: the account itself.
places as (

    select
        accounts.account_id,
        accounts.account_id as location_id,
        accounts.timezone,
        accounts.created_at,
        accounts.first_known_at

    from accounts

    inner join products on accounts.product = products.product

    where products.counted_by = 'account'

    union all

    select
        locations.account_id,
        locations.location_id,
        locations.timezone,
        locations.created_at,
        locations.first_known_at

    from locations

    inner join accounts on locations.account_id = accounts.account_id

    inner join products on accounts.product = products.product

    where products.counted_by = 'location'

)

select
    places.account_id,
    places.location_id,
    places.timezone,
    accounts.product,
    accounts.currency,
    products.period,
    products.counted_by,
    greatest(accounts.created_at, places.created_at) as metered_from_at,
    greatest(accounts.first_known_at, places.first_known_at, accounts.history_complete_at) as landed_at

from places

inner join accounts on places.account_id = accounts.account_id

inner join products on accounts.product = products.product
