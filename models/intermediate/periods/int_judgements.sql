with

periods as (

    select * from {{ ref('int_periods') }}

),

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

closings as (

    select * from {{ ref('int_periods__with_later_closings') }}

    where not is_sealed

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- Every period as it is billed: with what is known now or, once it is closed, with what was known when it closed.
-- A closed one also as it is known now, to see what came too late, under each other ruleset of its product and, where its
-- corrections become money (P7), as it was known when each of the next ones closed. Of a sealed one only what is known now
-- can be news, and only beside what was known when an earlier run compared them, or what a period knew that closed since.
judgements as (

    select
        to_judge.*,
        true as is_billed,
        cast(null as varchar) as whatif_ruleset_id,
        cast(null as timestamp) as settled_period_start_at,
        case when to_judge.period_status = 'closed' then to_judge.knowledge_cutoff_at else run.as_of_at end as knowledge_at,
        cast(null as timestamp) as compared_with_at

    from to_judge

    cross join run

    union all

    select
        periods.*,
        false as is_billed,
        cast(null as varchar) as whatif_ruleset_id,
        cast(null as timestamp) as settled_period_start_at,
        run.as_of_at as knowledge_at,
        greatest(periods.knowledge_cutoff_at, run.sealed_until_at) as compared_with_at

    from periods

    cross join run

    where periods.period_status = 'closed'

    union all

    select
        to_judge.*,
        false as is_billed,
        rulesets.ruleset_id as whatif_ruleset_id,
        cast(null as timestamp) as settled_period_start_at,
        to_judge.knowledge_cutoff_at as knowledge_at,
        cast(null as timestamp) as compared_with_at

    from to_judge

    inner join rulesets
        on to_judge.product = rulesets.product
            and to_judge.ruleset_id != rulesets.ruleset_id

    where to_judge.period_status = 'closed'

    union all

    select
        periods.*,
        false as is_billed,
        cast(null as varchar) as whatif_ruleset_id,
        closings.settled_period_start_at,
        closings.known_by_at as knowledge_at,
        periods.knowledge_cutoff_at as compared_with_at

    from periods

    inner join closings
        on periods.account_id = closings.account_id
            and periods.location_id = closings.location_id
            and periods.period_start_at = closings.period_start_at

),

numbered as (

    select
        *,
        row_number() over (
            order by
                account_id,
                location_id,
                period_start_at,
                is_billed,
                whatif_ruleset_id nulls first,
                settled_period_start_at nulls first
        ) as judgement_id

    from judgements

)

select
    numbered.judgement_id,
    max(case when numbered.is_billed then numbered.judgement_id end) over (
        partition by numbered.account_id, numbered.location_id, numbered.period_start_at
    ) as billed_judgement_id,
    numbered.account_id,
    numbered.location_id,
    numbered.period_start_at,
    numbered.period_start_on,
    numbered.timezone,
    numbered.judged_at,
    numbered.knowledge_at,
    numbered.knowledge_cutoff_at,
    numbered.compared_with_at,
    numbered.is_billed,
    numbered.whatif_ruleset_id,
    numbered.settled_period_start_at,
    numbered.is_billed or numbered.whatif_ruleset_id is not null as judges_everyone,
    numbered.period_status,
    coalesce(numbered.whatif_ruleset_id, numbered.ruleset_id) as ruleset_id,
    rulesets.contract_condition,
    rulesets.contract_from,
    rulesets.suspension,
    rulesets.team_condition,
    rulesets.cancelled_bookings

from numbered

inner join rulesets
    on coalesce(numbered.whatif_ruleset_id, numbered.ruleset_id) = rulesets.ruleset_id
