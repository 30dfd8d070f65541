with

calendar_months as (

    select * from {{ ref('int_periods__calendar_months') }}

),

since_invoices as (

    select * from {{ ref('int_periods__since_invoices') }}

),

metered as (

    select * from {{ ref('int_locations__metered') }}

),

rulesets as (

    select * from {{ ref('int_rulesets__in_force') }}

),

local_days as (

    select * from {{ ref('int_local_days__by_utc_date') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

periods as (

    select * from calendar_months

    union all

    select * from since_invoices

),

-- A period is judged at its end, or at the run's instant while it has not ended (P5).
with_instants as (

    select
        periods.*,
        run.as_of_at,
        coalesce(least(periods.period_end_at, run.as_of_at), run.as_of_at) as judged_at

    from periods

    cross join run

),

with_rulesets as (

    select
        with_instants.*,
        metered.timezone,
        metered.product,
        metered.currency,
        rulesets.ruleset_id,
        greatest(with_instants.period_end_at, metered.landed_at, with_instants.end_known_at)
        + rulesets.grace_hours * interval 1 hour as closes_at

    from with_instants

    inner join metered
        on with_instants.account_id = metered.account_id
            and with_instants.location_id = metered.location_id

    inner join rulesets
        on metered.product = rulesets.product
            and metered.timezone = rulesets.timezone
            and with_instants.judged_at >= rulesets.in_force_from_at
            and with_instants.judged_at < rulesets.in_force_until_at

)

select
    with_rulesets.account_id,
    with_rulesets.location_id,
    with_rulesets.product,
    with_rulesets.timezone,
    with_rulesets.currency,
    with_rulesets.period_start_at,
    with_rulesets.period_end_at,
    local_days.local_on as period_start_on,
    with_rulesets.judged_at,
    with_rulesets.ruleset_id,
    case
        when with_rulesets.period_end_at is null or with_rulesets.period_end_at > with_rulesets.as_of_at then 'open'
        when with_rulesets.as_of_at < with_rulesets.closes_at then 'grace'
        else 'closed'
    end as period_status,
    case when with_rulesets.period_end_at is not null then with_rulesets.closes_at end as knowledge_cutoff_at

from with_rulesets

inner join local_days
    on with_rulesets.timezone = local_days.timezone
        and cast(with_rulesets.period_start_at as date) = local_days.utc_on
        and with_rulesets.period_start_at >= local_days.starts_at
        and with_rulesets.period_start_at < local_days.ends_at
