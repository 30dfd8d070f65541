with

periods as (

    select * from {{ ref('int_periods') }}

    where period_status = 'closed'

),

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

    where period_status = 'closed'

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

closings as (

    select * from {{ ref('int_periods__with_later_closings') }}

    where not is_sealed

),

run as (

    select * from {{ ref('stg_run') }}

)

-- As it is known now, to see what came too late: beside what was known when it closed or, later, when an earlier run compared.
select
    periods.*,
    cast(null as string) as whatif_ruleset_id,
    cast(null as timestamp) as settled_period_start_at,
    run.as_of_at as knowledge_at,
    greatest(periods.knowledge_cutoff_at, run.sealed_until_at) as compared_with_at

from periods

cross join run

union all

-- As each other ruleset of its product would have it; of a sealed one an earlier run has said so.
select
    to_judge.*,
    rulesets.ruleset_id as whatif_ruleset_id,
    cast(null as timestamp) as settled_period_start_at,
    to_judge.knowledge_cutoff_at as knowledge_at,
    cast(null as timestamp) as compared_with_at

from to_judge

inner join rulesets
    on to_judge.product = rulesets.product
        and to_judge.ruleset_id != rulesets.ruleset_id

union all

-- As it was known when each of the next ones closed that settle its corrections (P7) and no earlier run has seen settle.
select
    periods.*,
    cast(null as string) as whatif_ruleset_id,
    closings.settled_period_start_at,
    closings.known_by_at as knowledge_at,
    periods.knowledge_cutoff_at as compared_with_at

from periods

inner join closings
    on periods.account_id = closings.account_id
        and periods.location_id = closings.location_id
        and periods.period_start_at = closings.period_start_at
