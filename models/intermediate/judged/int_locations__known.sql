with

locations as (

    select * from {{ ref('int_locations__placed') }}

    where is_named

)

-- Rows are held against it like against any landed table: by the id that they name.
select
    landed_location_id as location_id,
    account_id,
    first_known_at

from locations
