with

members as (

    select * from {{ ref('int_team_members__at_team') }}

),

rules as (

    select * from {{ ref('int_rules__matched') }}

    where activity_type = 'team'

),

{{ headcount.standing_imports() }}

{{ headcount.standing_steps(
    'members',
    void_if_suspended_at_end=['excluded_if_suspended_at_end', 'excluded_if_suspended_or_archived_at_end']
) }}

-- At the team's own location. Where the payer has to count, a member whose payer does not is left out here; one
-- whose payer does stands in int_conditions__team_by_payer as well.
select
    held.judgement_id,
    held.customer_id,
    rules.activity_type,
    rules.price_kind,
    held.evidence_at,
    held.evidence_id,
    rules.rule_condition_id,
    rules.source,
    held.paying_customer_id as payer_customer_id,
    case
        when rules.reason is not null then rules.reason
        when held.is_suspended then 'suspended'
        when judgements.team_condition = 'payer_counts' then 'payer_not_counted'
        when judgements.team_condition is null then 'kind_does_not_count'
    end as reason

from held

inner join judgements on held.judgement_id = judgements.judgement_id

inner join rules on judgements.ruleset_id = rules.ruleset_id

where rules.reason is not null
    or judgements.team_condition is distinct from 'payer_counts'
    or not held.is_payer
