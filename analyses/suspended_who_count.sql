with

customers as (

    select * from {{ ref('dim_customers') }}

    where status = 'suspended'

),

explanations as (

    select * from {{ ref('active_user_explanations') }}

    where is_counted

),

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

-- The open period is the last; the one before it has ended.
latest_periods as (

    select
        *,
        row_number() over (partition by account_id, location_id order by period_start_at desc) as latest_number

    from periods

)

select
    explanations.account_id,
    explanations.location_id,
    latest_periods.period_start_on,
    latest_periods.period_start_at,
    latest_periods.period_status,
    explanations.customer_id,
    explanations.source,
    explanations.activity_type,
    explanations.evidence_id,
    explanations.evidence_at,
    explanations.ruleset_id,
    coalesce(rulesets.suspension, 'no_rule') as suspension_rule,
    rulesets.reason as ruleset_in_words,
    explanations.rule_id,
    explanations.article_id,
    explanations.sentence

from explanations

inner join customers using (account_id, customer_id)

inner join latest_periods using (account_id, location_id, period_start_at)

inner join rulesets on explanations.ruleset_id = rulesets.ruleset_id

where latest_periods.latest_number <= 2

order by
    explanations.account_id, explanations.location_id, explanations.customer_id, latest_periods.period_start_on,
    explanations.source
