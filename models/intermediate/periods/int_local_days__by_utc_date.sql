with

days as (

    select * from {{ ref('int_calendar_dates') }}

    where calendar_on = local_on

)

-- A local day overlaps two UTC dates, or one: an instant finds its day by its zone and UTC date.
select
    timezone,
    local_on,
    starts_at,
    ends_at,
    {{ headcount.whole_days('cast(starts_at as date)', "cast(ends_at - interval 1 microsecond as date)") }} as utc_on

from days
