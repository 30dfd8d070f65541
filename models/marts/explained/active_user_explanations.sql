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
        evidence_id,
        evidence_at,
        payer_customer_id,
        case when is_paid then 'paid' when not is_paid then 'free' else 'any' end as price_kind

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
        cast(null as varchar) as evidence_id,
        cast(null as timestamp) as evidence_at,
        cast(null as varchar) as payer_customer_id,
        case
            when activity_type = 'team' then 'any'
            when activity_type like 'edit:%' or reason = 'free_does_not_count' then 'free'
            else 'paid'
        end as price_kind

    from uncounted

)

-- The row of the rule seed that decides: of its own kind, else the fallback for all invoice lines.
select
    explained.account_id,
    explained.location_id,
    explained.period_start_at,
    explained.customer_id,
    explained.is_counted,
    explained.source,
    explained.reason,
    explained.activity_type,
    explained.evidence_id,
    explained.evidence_at,
    explained.payer_customer_id,
    periods.ruleset_id,
    case when explained.reason = 'suspended' then 'X11' else coalesce(own_row.rule_id, fallback_row.rule_id) end as rule_id,
    coalesce(own_row.article_id, fallback_row.article_id) as article_id,
    coalesce(own_row.sentence, fallback_row.sentence) as sentence

from explained

inner join periods
    on explained.account_id = periods.account_id
        and explained.location_id = periods.location_id
        and explained.period_start_at = periods.period_start_at

left join conditions as own_row
    on periods.ruleset_id = own_row.ruleset_id
        and explained.activity_type = own_row.activity_type
        and explained.price_kind = own_row.price_kind

left join conditions as fallback_row
    on periods.ruleset_id = fallback_row.ruleset_id
        and explained.activity_type like 'invoice_line:%'
        and fallback_row.activity_type = 'invoice_line:*'
        and explained.price_kind = fallback_row.price_kind
