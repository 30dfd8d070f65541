with

contracts as (

    select
        *,
        contract_id as evidence_id

    from {{ ref('int_contracts__in_periods') }}

),

rules as (

    select * from {{ ref('int_rules__matched') }}

    where activity_type = 'contract'

),

{{ headcount.standing_imports() }}

{{ headcount.standing_steps(
    'contracts',
    void_if_suspended_at_end=[
        'excluded_if_suspended_at_end', 'excluded_if_suspended_or_archived_at_end', 'contract_void_if_suspended_at_end'
    ]
) }}

select
    held.judgement_id,
    held.customer_id,
    rules.activity_type,
    held.price_kind,
    held.evidence_at,
    held.evidence_id,
    rules.rule_condition_id,
    rules.source,
    case
        when rules.reason is not null then rules.reason
        when held.is_suspended then 'suspended'
        when held.is_closed_at_end then 'contract_not_open_at_end'
    end as reason

from held

inner join judgements on held.judgement_id = judgements.judgement_id

inner join rules
    on judgements.ruleset_id = rules.ruleset_id
        and held.price_kind = rules.price_kind
