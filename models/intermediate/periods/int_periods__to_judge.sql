with

periods as (

    select * from {{ ref('int_periods') }}

)

-- What is sealed stays as it was judged. A whole build has sealed nothing.
select * from periods

where not is_sealed
