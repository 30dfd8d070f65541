with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- A period that is closed itself sees what was closed when it closed, for ever (P4).
seen as (

    select
        to_judge.account_id,
        to_judge.location_id,
        to_judge.period_start_at,
        least(to_judge.knowledge_cutoff_at, run.as_of_at) as knowledge_at,
        previous.period_start_at as previous_period_start_at,
        previous.knowledge_cutoff_at as previous_knowledge_cutoff_at

    from to_judge

    cross join run

    inner join periods as previous
        on to_judge.account_id = previous.account_id
            and to_judge.location_id = previous.location_id
            and to_judge.previous_period_start_at = previous.period_start_at

),

-- Nearly always the period before has closed. Where its invoice came late the one before that may have.
closed_earlier as (

    select
        seen.account_id,
        seen.location_id,
        seen.period_start_at,
        max(periods.period_start_at) as closed_period_start_at

    from seen

    inner join periods
        on seen.account_id = periods.account_id
            and seen.location_id = periods.location_id
            and seen.previous_period_start_at > periods.period_start_at
            and seen.knowledge_at >= periods.knowledge_cutoff_at

    where seen.previous_knowledge_cutoff_at > seen.knowledge_at

    group by seen.account_id, seen.location_id, seen.period_start_at

)

select
    account_id,
    location_id,
    period_start_at,
    previous_period_start_at as closed_period_start_at

from seen

where previous_knowledge_cutoff_at <= knowledge_at

union all

select
    account_id,
    location_id,
    period_start_at,
    closed_period_start_at

from closed_earlier
