with

metered as (

    select * from {{ ref('int_locations__placed') }}

    where is_metered
        and period = 'since_last_invoice'

),

boundaries as (

    select * from {{ ref('int_platform_invoices__as_boundaries') }}

    where not is_late

),

run as (

    select * from {{ ref('stg_run') }}

),

starts as (

    select
        account_id,
        location_id,
        metered_from_at as starts_at,
        cast(null as timestamp) as known_at

    from metered

    union all

    select
        account_id,
        location_id,
        invoiced_at as starts_at,
        known_at

    from boundaries

),

-- Every boundary ends the period before it; the last period has no end yet.
periods as (

    select
        account_id,
        location_id,
        starts_at as period_start_at,
        lead(starts_at) over location_boundaries as period_end_at,
        lead(known_at) over location_boundaries as end_known_at

    from starts

    window location_boundaries as (partition by account_id, location_id order by starts_at)

)

select
    periods.account_id,
    periods.location_id,
    periods.period_start_at,
    periods.period_end_at,
    periods.end_known_at

from periods

cross join run

where periods.period_start_at <= run.as_of_at
