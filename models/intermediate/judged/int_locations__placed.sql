with

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

accounts_now as (

    select * from {{ ref('int_accounts__judged') }}

    where {{ headcount.in_force_now() }}

),

versions as (

    select * from {{ ref('int_locations__judged') }}

    where makes_known

),

products as (

    select * from {{ ref('stg_products') }}

),

landed as (

    select
        location_id,
        min(account_id) as account_id,
        min(timezone) as timezone,
        min(created_at) as created_at,
        min(known_at) as first_known_at,
        max(location_name) filter (where {{ headcount.in_force_now() }}) as location_name,
        bool_or({{ headcount.in_force_now() }}) as is_on_record

    from versions

    group by location_id

),

-- An account counted as one is a location under its own id, whether it lands it or not. A room of a clinic is known, and
-- what happens there is counted at the clinic.
locations as (

    select
        accounts.account_id as landed_location_id,
        accounts.account_id,
        accounts.account_id as location_id,
        accounts.timezone,
        accounts.created_at,
        accounts.first_known_at,
        accounts_now.account_name as location_name,
        accounts_now.account_id is not null as is_on_record

    from accounts

    inner join products on accounts.product = products.product

    left join accounts_now on accounts.account_id = accounts_now.account_id

    where products.counted_by = 'account'

    union all

    select
        landed.location_id as landed_location_id,
        landed.account_id,
        case when products.counted_by = 'account' then landed.account_id else landed.location_id end as location_id,
        landed.timezone,
        landed.created_at,
        landed.first_known_at,
        landed.location_name,
        landed.is_on_record

    from landed

    inner join accounts on landed.account_id = accounts.account_id

    inner join products on accounts.product = products.product

    where products.counted_by = 'location'
        or landed.location_id != landed.account_id

)

-- Should an account counted as one and a location that another account lands carry one id, whoever names it means what
-- was known first; users are counted at both.
select
    locations.landed_location_id,
    locations.account_id,
    locations.location_id,
    locations.location_name,
    locations.timezone,
    accounts.product,
    accounts.currency,
    products.period,
    products.counted_by,
    greatest(accounts.created_at, locations.created_at) as metered_from_at,
    locations.first_known_at,
    greatest(accounts.first_known_at, locations.first_known_at, accounts.history_complete_at) as landed_at,
    locations.is_on_record,
    locations.landed_location_id = locations.location_id as is_metered,
    row_number() over (
        partition by locations.landed_location_id order by locations.first_known_at, locations.account_id
    ) = 1 as is_named

from locations

inner join accounts on locations.account_id = accounts.account_id

inner join products on accounts.product = products.product
