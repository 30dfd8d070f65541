with

own_conditions as (

    select * from {{ ref('int_conditions__own') }}

    where reason is null

),

members as (

    select * from {{ ref('int_team_members__placed') }}

    where not is_payer

),

rules as (

    select * from {{ ref('int_rules__matched') }}

    where activity_type = 'team'

),

{{ headcount.standing_imports() }}

counted_payers as (

    select
        judgement_id,
        customer_id,
        min(evidence_at) as first_active_at

    from own_conditions

    group by judgement_id, customer_id

),

-- Wherever the payer counts by a condition of its own, whoever was in its team within that period.
team_mates as (

    select
        counted_payers.judgement_id,
        members.customer_id,
        members.paying_customer_id,
        members.evidence_id,
        counted_payers.first_active_at,
        {{ headcount.overlap('members', 'judgements') }}

    from counted_payers

    inner join judgements
        on counted_payers.judgement_id = judgements.judgement_id
            and judgements.team_condition = 'payer_counts'

    inner join members
        on counted_payers.customer_id = members.paying_customer_id
            and {{ headcount.overlaps('members', 'judgements') }}
            and {{ headcount.in_knowledge('members', 'judgements.knowledge_at') }}

),

{{ headcount.standing_steps(
    'team_mates',
    void_if_suspended_at_end=['excluded_if_suspended_at_end', 'excluded_if_suspended_or_archived_at_end']
) }}

select
    held.judgement_id,
    held.customer_id,
    rules.activity_type,
    rules.price_kind,
    greatest(held.evidence_at, held.first_active_at) as evidence_at,
    held.evidence_id,
    rules.rule_condition_id,
    rules.source,
    held.paying_customer_id as payer_customer_id,
    case
        when rules.reason is not null then rules.reason
        when held.is_suspended then 'suspended'
    end as reason

from held

inner join judgements on held.judgement_id = judgements.judgement_id

inner join rules on judgements.ruleset_id = rules.ruleset_id
