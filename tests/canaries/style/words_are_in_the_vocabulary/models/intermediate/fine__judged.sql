with

bookings as (

    select * from {{ ref('int_bookings__judged') }}

    where not {{ headcount.is_known('bookings') }}

)

-- Not seen_at.
select
    happened_at,
    cast(happened_at as date) as happened_on,
    is_billed

from bookings
