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

-- The instants, under each offset the zone had about then, that print the date: the first of them starts the day.
-- A date that the zone skips has no such instant and is no day.
first_instants as (

    select
        dates.timezone,
        dates.local_on,
        min({{ headcount.local_midnight('dates.local_on', 'zone_offsets') }}) as starts_at

    from dates

    inner join zone_offsets
        on dates.timezone = zone_offsets.timezone
            and cast(dates.local_on as timestamp) + interval 48 hour > zone_offsets.offset_from_at
            and cast(dates.local_on as timestamp) - interval 48 hour < zone_offsets.offset_until_at

    where {{ headcount.local_midnight('dates.local_on', 'zone_offsets') }} < zone_offsets.offset_until_at
        and {{ headcount.local_midnight('dates.local_on', 'zone_offsets') }}
        + zone_offsets.offset_seconds * interval 1 second < cast(dates.local_on as timestamp) + interval 24 hour

    group by dates.timezone, dates.local_on

),

-- A day ends where the next one that exists starts.
days as (

    select
        timezone,
        local_on,
        starts_at,
        lead(starts_at) over (partition by timezone order by local_on) as ends_at

    from first_instants

)

select
    timezone,
    local_on,
    starts_at,
    ends_at

from days

where ends_at is not null
