with

versions as (

    select * from {{ ref('int_locations__judged') }}

    where makes_known

),

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

-- An account counted as one is a location, under its own id, without landing it.
locations as (

    select
        location_id,
        min(account_id) as account_id,
        min(timezone) as timezone,
        min(created_at) as created_at,
        min(known_at) as first_known_at

    from versions

    group by location_id

    union all

    select
        accounts.account_id as location_id,
        accounts.account_id,
        accounts.timezone,
        accounts.created_at,
        accounts.first_known_at

    from accounts

    inner join products on accounts.product = products.product

    where products.counted_by = 'account'

),

-- Should both carry one id, what was known first stays.
in_order as (

    select
        *,
        row_number() over (partition by location_id order by first_known_at, account_id) as known_number

    from locations

)

select
    location_id,
    account_id,
    timezone,
    created_at,
    first_known_at

from in_order

where known_number = 1
