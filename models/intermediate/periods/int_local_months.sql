with

days as (

    select * from {{ ref('int_local_days') }}

),

months as (

    select
        timezone,
        cast(date_trunc('month', local_on) as date) as month_on,
        min(starts_at) as starts_at

    from days

    group by timezone, cast(date_trunc('month', local_on) as date)

),

bounded as (

    select
        timezone,
        month_on,
        starts_at,
        lead(starts_at) over (partition by timezone order by month_on) as ends_at

    from months

)

select
    timezone,
    month_on,
    starts_at,
    ends_at

from bounded

where ends_at is not null
