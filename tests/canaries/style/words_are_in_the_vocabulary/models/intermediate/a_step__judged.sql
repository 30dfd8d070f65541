with

bookings as (

    select happened_at, true as has_been_seen from events

)

select happened_at from bookings
