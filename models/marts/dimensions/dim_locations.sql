with

places as (

    select * from {{ ref('int_locations__placed') }}

    where is_metered
        and is_on_record

)

select
    location_id,
    account_id,
    location_name,
    timezone

from places
