with

zones as (

    select * from {{ ref('int_zones__in_use') }}

),

zone_offsets as (

    select * from {{ ref('stg_zone_offsets') }}

),

dates as (

    select
        timezone,
        {{ headcount.whole_days('first_on', 'last_on') }} as local_on

    from zones

),

-- Most offsets of a zone are of years without dates here; each date would be held against all of them.
offsets_in_use as (

    select
        zone_offsets.timezone,
        zone_offsets.offset_from_at,
        zone_offsets.offset_until_at,
        zone_offsets.offset_seconds

    from zones

    inner join zone_offsets
        on zones.timezone = zone_offsets.timezone
            and cast(zones.last_on as timestamp) + interval 48 hour > zone_offsets.offset_from_at
            and cast(zones.first_on as timestamp) - interval 48 hour < zone_offsets.offset_until_at

),

-- The instants, under each offset the zone had about then, that print the date: the first of them starts the day. Lisbon
-- printed 29 March 2026 first at 00:00 under +0, not at 23:00 of the 28th under the +1 of that day's noon.
-- A date that the zone skips has no such instant and is no day.
first_instants as (

    select
        dates.timezone,
        dates.local_on,
        min({{ headcount.local_midnight('dates.local_on', 'offsets_in_use') }}) as starts_at

    from dates

    inner join offsets_in_use
        on dates.timezone = offsets_in_use.timezone
            and cast(dates.local_on as timestamp) + interval 48 hour > offsets_in_use.offset_from_at
            and cast(dates.local_on as timestamp) - interval 48 hour < offsets_in_use.offset_until_at

    where {{ headcount.local_midnight('dates.local_on', 'offsets_in_use') }} < offsets_in_use.offset_until_at
        and {{ headcount.local_midnight('dates.local_on', 'offsets_in_use') }}
        + offsets_in_use.offset_seconds * interval 1 second < cast(dates.local_on as timestamp) + interval 24 hour

    group by dates.timezone, dates.local_on

),

-- A day ends where the next one that exists starts, and stands for its own date and each skipped one before it: in Apia
-- 31 December 2011 followed the 29th, so that a term due on the 30th starts with the 31st.
days as (

    select
        timezone,
        local_on,
        starts_at,
        lead(starts_at) over zone_days as ends_at,
        cast(coalesce(lag(local_on) over zone_days + interval 1 day, local_on) as date) as first_date_on

    from first_instants

    window zone_days as (partition by timezone order by local_on)

)

select
    timezone,
    {{ headcount.whole_days('first_date_on', 'local_on') }} as calendar_on,
    local_on,
    starts_at,
    ends_at

from days

where ends_at is not null
