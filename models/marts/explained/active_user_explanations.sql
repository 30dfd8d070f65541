with

sources as (

    select * from {{ ref('fct_active_user_sources') }}

),

uncounted as (

    select * from {{ ref('fct_uncounted_activity') }}

),

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

conditions as (

    select * from {{ ref('rule_conditions') }}

),

-- What made a customer count, and what did not.
explained as (

    select
        account_id,
        location_id,
        period_start_at,
        customer_id,
        true as is_counted,
        source,
        cast(null as varchar) as reason,
        activity_type,
        case when is_paid then 'paid' when not is_paid then 'free' else 'any' end as price_kind,
        evidence_id,
        evidence_at,
        payer_customer_id

    from sources

    union all

    select
        account_id,
        location_id,
        period_start_at,
        customer_id,
        false as is_counted,
        cast(null as varchar) as source,
        reason,
        activity_type,
        case when reason = 'free_does_not_count' then 'free' else 'paid' end as price_kind,
        cast(null as varchar) as evidence_id,
        cast(null as timestamp) as evidence_at,
        cast(null as varchar) as payer_customer_id

    from uncounted

),

under_rulesets as (

    select
        explained.*,
        periods.ruleset_id

    from explained

    inner join periods
        on explained.account_id = periods.account_id
            and explained.location_id = periods.location_id
            and explained.period_start_at = periods.period_start_at

),

-- The row of the rule seed that decides: of its own kind, else the fallback for all invoice lines; a kind that is
-- always free, or free and paid alike, has one row.
with_conditions as (

    select
        under_rulesets.*,
        conditions.rule_id,
        conditions.article_id,
        conditions.sentence,
        row_number() over (
            partition by
                under_rulesets.account_id,
                under_rulesets.location_id,
                under_rulesets.period_start_at,
                under_rulesets.customer_id,
                under_rulesets.is_counted,
                under_rulesets.source,
                under_rulesets.activity_type,
                under_rulesets.reason
            order by
                conditions.activity_type = under_rulesets.activity_type desc,
                conditions.price_kind = under_rulesets.price_kind desc,
                conditions.price_kind
        ) as condition_number

    from under_rulesets

    left join conditions
        on under_rulesets.ruleset_id = conditions.ruleset_id
            and (
                under_rulesets.activity_type = conditions.activity_type
                or (
                    under_rulesets.activity_type like 'invoice_line:%'
                    and conditions.activity_type = 'invoice_line:*'
                )
            )

)

select
    account_id,
    location_id,
    period_start_at,
    customer_id,
    is_counted,
    source,
    reason,
    activity_type,
    evidence_id,
    evidence_at,
    payer_customer_id,
    ruleset_id,
    case when reason = 'suspended' then 'X11' else rule_id end as rule_id,
    article_id,
    sentence

from with_conditions

where condition_number = 1
