with

zone_offsets as (

    select * from {{ ref('stg_zone_offsets') }}

)

select timezone

from zone_offsets

group by timezone
