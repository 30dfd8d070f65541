with

sources as (

    select * from {{ ref('fct_active_user_sources') }}

),

-- A period has a line for each tier.
leaving_periods as (

    select distinct
        account_id,
        location_id,
        period_start_at

    from {{ ref('exported_billing_lines') }}

    where line_kind = 'active_users'

)

select
    sources.account_id,
    sources.location_id,
    sources.period_start_at,
    sources.customer_id,
    sources.source,
    sources.activity_type,
    sources.is_paid,
    sources.evidence_id,
    sources.evidence_at,
    sources.payer_customer_id

from sources

inner join leaving_periods
    on sources.account_id = leaving_periods.account_id
        and sources.location_id = leaving_periods.location_id
        and sources.period_start_at = leaving_periods.period_start_at
