with

metered as (

    select * from {{ ref('int_locations__metered') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

locations as (

    select * from {{ ref('int_locations__judged') }}

    where {{ headcount.in_force_now() }}

)

-- An account counted as one is its own single location.
select
    metered.location_id,
    metered.account_id,
    accounts.account_name as location_name,
    metered.timezone

from metered

inner join accounts on metered.account_id = accounts.account_id

where metered.counted_by = 'account'

union all

select
    metered.location_id,
    metered.account_id,
    locations.location_name,
    metered.timezone

from metered

inner join locations on metered.location_id = locations.location_id

where metered.counted_by = 'location'
