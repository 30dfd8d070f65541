with

metered as (

    select * from {{ ref('int_locations__metered') }}

    where period = 'calendar_month'

),

months as (

    select * from {{ ref('int_local_months') }}

),

run as (

    select * from {{ ref('stg_run') }}

)

-- From the month that holds the account's creation to the month that holds the run's instant (P1).
select
    metered.account_id,
    metered.location_id,
    months.starts_at as period_start_at,
    months.ends_at as period_end_at,
    cast(null as timestamp) as end_known_at

from metered

inner join months on metered.timezone = months.timezone

cross join run

where months.ends_at > metered.metered_from_at
    and months.starts_at <= run.as_of_at
    and metered.metered_from_at <= run.as_of_at
