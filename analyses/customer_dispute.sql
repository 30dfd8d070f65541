{%- set customer_id = var('customer_id', 'nx-many-sources') | replace("'", "''") -%}
with

explanations as (

    select * from {{ ref('active_user_explanations') }}

    where customer_id = '{{ customer_id }}'

),

corrections as (

    select * from {{ ref('fct_active_user_corrections') }}

    where customer_id = '{{ customer_id }}'

),

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

-- A correction may stand in a period of which there is nothing else to say.
periods_in_dispute as (

    select
        account_id,
        location_id,
        period_start_at

    from explanations

    union distinct

    select
        account_id,
        location_id,
        period_start_at

    from corrections

)

select
    periods_in_dispute.account_id,
    periods_in_dispute.location_id,
    periods.period_start_on,
    periods.period_start_at,
    periods.period_end_at,
    periods.period_status,
    coalesce(explanations.is_counted, false) as is_counted,
    explanations.source,
    explanations.reason,
    explanations.activity_type,
    explanations.evidence_id,
    explanations.evidence_at,
    explanations.payer_customer_id,
    periods.ruleset_id,
    explanations.rule_id,
    explanations.article_id,
    explanations.sentence,
    corrections.correction

from periods_in_dispute

inner join periods using (account_id, location_id, period_start_at)

left join explanations using (account_id, location_id, period_start_at)

left join corrections using (account_id, location_id, period_start_at)

order by periods_in_dispute.location_id, periods.period_start_at, explanations.source, explanations.activity_type
