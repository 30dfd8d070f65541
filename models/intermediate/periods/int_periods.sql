with

calendar_months as (

    select * from {{ ref('int_periods__calendar_months') }}

),

since_invoices as (

    select * from {{ ref('int_periods__since_invoices') }}

),

metered as (

    select * from {{ ref('int_locations__placed') }}

    where is_metered

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
judged as (

    select
        periods.*,
        metered.timezone,
        metered.product,
        metered.currency,
        rulesets.ruleset_id,
        run.as_of_at,
        run.sealed_until_at,
        run.is_preview,
        least(periods.period_end_at, run.as_of_at) as judged_at,
        case
            when periods.period_end_at is not null
                then greatest(periods.period_end_at, metered.landed_at, periods.end_known_at)
                    + rulesets.grace_hours * interval 1 hour
        end as knowledge_cutoff_at

    from periods

    cross join run

    inner join metered
        on periods.account_id = metered.account_id
            and periods.location_id = metered.location_id

    inner join rulesets
        on metered.product = rulesets.product
            and metered.timezone = rulesets.timezone
            and least(periods.period_end_at, run.as_of_at) >= rulesets.in_force_from_at
            and least(periods.period_end_at, run.as_of_at) < rulesets.in_force_until_at

)

-- Here alone it is said which period of a location comes before another: by their starts. Periods that overlap, like 30 days
-- that end each day, would name others.
select
    judged.account_id,
    judged.location_id,
    judged.product,
    judged.timezone,
    judged.currency,
    judged.period_start_at,
    judged.period_end_at,
    local_days.local_on as period_start_on,
    lag(judged.period_start_at) over location_periods as previous_period_start_at,
    judged.judged_at,
    judged.ruleset_id,
    case
        when judged.period_end_at is null or judged.period_end_at > judged.as_of_at then 'open'
        when judged.as_of_at < judged.knowledge_cutoff_at and judged.is_preview is not true then 'grace'
        else 'closed'
    end as period_status,
    judged.knowledge_cutoff_at,
    -- Closed when an earlier run was made, as were all before it.
    bool_and(coalesce(judged.knowledge_cutoff_at <= judged.sealed_until_at, false)) over location_periods as is_sealed

from judged

inner join local_days
    on judged.timezone = local_days.timezone
        and cast(judged.period_start_at as date) = local_days.utc_on
        and judged.period_start_at >= local_days.starts_at
        and judged.period_start_at < local_days.ends_at

window location_periods as (
    partition by judged.account_id, judged.location_id
    order by judged.period_start_at
)
