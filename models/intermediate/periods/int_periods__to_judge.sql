with

periods as (

    select * from {{ ref('int_periods') }}

)

-- What is sealed stays as it was judged. A whole build has sealed nothing.
select
    account_id,
    location_id,
    period_start_at,
    period_start_on

from periods

where not is_sealed
