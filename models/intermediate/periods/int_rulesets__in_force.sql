with

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

zone_offsets as (

    select * from {{ ref('stg_zone_offsets') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

overridden as (

    select rulesets.product

    from rulesets

    inner join run on rulesets.ruleset_id = run.ruleset_override

),

-- A what-if run leaves its product one ruleset, which then has no need of a date; every other product keeps all of its own
-- that have one.
chosen as (

    select
        rulesets.product,
        rulesets.ruleset_id,
        coalesce(rulesets.effective_from, cast('1970-01-01' as date)) as effective_from,
        rulesets.proration,
        rulesets.grace_hours

    from rulesets

    cross join run

    left join overridden on rulesets.product = overridden.product

    where (overridden.product is null and rulesets.effective_from is not null)
        or rulesets.ruleset_id = run.ruleset_override

),

-- A ruleset takes effect at the first instant of its date: under each offset the zone ever had, the earliest instant that
-- prints the date or a later one. Where midnight is skipped (Sao Paulo, 4 November 2018) that is 01:00, 03:00 in UTC.
effective as (

    select
        chosen.product,
        zone_offsets.timezone,
        chosen.ruleset_id,
        chosen.effective_from,
        chosen.proration,
        chosen.grace_hours,
        min({{ headcount.local_midnight('chosen.effective_from', 'zone_offsets') }}) as effective_at

    from chosen

    cross join zone_offsets

    where {{ headcount.local_midnight('chosen.effective_from', 'zone_offsets') }} < zone_offsets.offset_until_at

    group by
        chosen.product,
        zone_offsets.timezone,
        chosen.ruleset_id,
        chosen.effective_from,
        chosen.proration,
        chosen.grace_hours

)

-- Before the first ruleset the first is in force, after the last the last.
select
    product,
    timezone,
    ruleset_id,
    case
        when row_number() over (partition by product, timezone order by effective_from) = 1
            then {{ headcount.start_of_time() }}
        else effective_at
    end as in_force_from_at,
    coalesce(
        lead(effective_at) over (partition by product, timezone order by effective_from),
        {{ headcount.end_of_time() }}
    ) as in_force_until_at,
    proration,
    grace_hours

from effective
