with

days as (

    select * from {{ ref('int_periods__counted_by_day') }}

)

select
    account_id,
    location_id,
    period_start_at,
    period_start_on,
    active_on,
    active_users_to_date

from days
