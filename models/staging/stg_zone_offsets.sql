with

zone_offsets as (

    select * from {{ source('landing', 'zone_offsets') }}

)

select
    timezone,
    offset_from_at,
    offset_until_at,
    offset_seconds

from zone_offsets
