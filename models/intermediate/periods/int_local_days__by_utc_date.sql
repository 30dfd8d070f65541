with

days as (

    select * from {{ ref('int_calendar_dates') }}

    where calendar_on = local_on

)

-- A local day overlaps two UTC dates, or one: an instant finds its day by its zone and UTC date, without a range join over
-- all days. Lisbon's 2 June begins at 23:00 of the 1st in UTC: of the two rows for the 1st the bounds say which.
select
    timezone,
    local_on,
    starts_at,
    ends_at,
    {{ headcount.whole_days('cast(starts_at as date)', "cast(ends_at - interval 1 microsecond as date)") }} as utc_on

from days
