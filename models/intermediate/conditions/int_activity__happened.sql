with

at_landed_locations as (

    select * from {{ ref('int_activity__at_landed_locations') }}

),

locations as (

    select * from {{ ref('int_locations__placed') }}

    where is_named

),

edits as (

    select * from {{ ref('int_edits__judged') }}

    where reasons is null

),

accounts as (

    select * from {{ ref('int_locations__placed') }}

    where is_metered
        and counted_by = 'account'

)

select
    locations.account_id,
    locations.location_id,
    at_landed_locations.customer_id,
    at_landed_locations.activity_type,
    case when at_landed_locations.price > 0 then 'paid' else 'free' end as price_kind,
    at_landed_locations.happened_at,
    at_landed_locations.evidence_id,
    at_landed_locations.is_valid_invoice,
    at_landed_locations.cancelled_at,
    at_landed_locations.known_from_at,
    at_landed_locations.known_until_at

from at_landed_locations

inner join locations on at_landed_locations.landed_location_id = locations.landed_location_id

union all

select
    edits.account_id,
    edits.account_id as location_id,
    edits.customer_id,
    'edit:' || edits.edit_kind as activity_type,
    'free' as price_kind,
    edits.edited_at as happened_at,
    edits.edit_id as evidence_id,
    true as is_valid_invoice,
    cast(null as timestamp) as cancelled_at,
    edits.known_at as known_from_at,
    {{ headcount.end_of_time() }} as known_until_at

from edits

inner join accounts on edits.account_id = accounts.account_id
