with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

closed as (

    select * from {{ ref('int_judgements__of_closed_periods') }}

),

invoiced as (

    select * from {{ ref('int_judgements__of_invoiced_periods') }}

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- Every period as it is billed: with what is known now or, once it is closed, with what was known when it closed. A closed
-- one also in every other way. Of a sealed one only what is known now can be news, or what a period knew that closed since.
judgements as (

    select
        to_judge.*,
        cast(null as string) as whatif_ruleset_id,
        cast(null as timestamp) as settled_period_start_at,
        case when to_judge.period_status = 'closed' then to_judge.knowledge_cutoff_at else run.as_of_at end as knowledge_at,
        cast(null as timestamp) as compared_with_at,
        true as is_billed

    from to_judge

    cross join run

    union all

    select
        *,
        false as is_billed

    from closed

    union all

    select
        *,
        false as is_billed

    from invoiced

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
