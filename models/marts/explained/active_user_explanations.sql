with

sources as (

    select * from {{ ref('fct_active_user_sources') }}

),

uncounted as (

    select * from {{ ref('fct_uncounted_activity') }}

),

rules as (

    select * from {{ ref('int_rules__matched') }}

),

-- What made a customer count, and what did not.
explained as (

    select
        account_id,
        location_id,
        period_start_at,
        period_start_on,
        customer_id,
        true as is_counted,
        source,
        cast(null as string) as reason,
        activity_type,
        evidence_id,
        evidence_at,
        payer_customer_id,
        rule_condition_id

    from sources

    union all

    select
        account_id,
        location_id,
        period_start_at,
        period_start_on,
        customer_id,
        false as is_counted,
        cast(null as string) as source,
        reason,
        activity_type,
        cast(null as string) as evidence_id,
        cast(null as timestamp) as evidence_at,
        cast(null as string) as payer_customer_id,
        rule_condition_id

    from uncounted

)

select
    explained.account_id,
    explained.location_id,
    explained.period_start_at,
    explained.period_start_on,
    explained.customer_id,
    explained.is_counted,
    explained.source,
    explained.reason,
    explained.activity_type,
    explained.evidence_id,
    explained.evidence_at,
    explained.payer_customer_id,
    rules.ruleset_id,
    case when explained.reason = 'suspended' then 'X11' else rules.rule_id end as rule_id,
    rules.article_id,
    rules.sentence

from explained

inner join rules on explained.rule_condition_id = rules.rule_condition_id
