with

lines as (

    select * from {{ ref('fct_billing_lines') }}

),

periods as (

    select * from {{ ref('int_periods__billed_by_users') }}

),

charges as (

    select
        {{ headcount.line_id(["'package'", 'subscription_id', 'charge_number']) }} as billing_line_id,
        term_start_on,
        charged_on

    from {{ ref('fct_package_charges') }}

)

-- A line is either of a charge or of a period; both know their local days. The users of a period are billed as it ends, an
-- adjustment as a later period of the place does.
select
    lines.billing_line_id,
    lines.account_id,
    lines.location_id,
    lines.line_kind,
    lines.quantity,
    lines.amount,
    lines.currency,
    lines.ruleset_id,
    coalesce(charges.term_start_on, periods.period_start_on) as period_start_on,
    coalesce(charges.charged_on, billing_periods.period_end_on) as billed_on

from lines

left join periods
    on lines.account_id = periods.account_id
        and lines.location_id = periods.location_id
        and lines.period_start_at = periods.period_start_at

left join periods as billing_periods
    on lines.account_id = billing_periods.account_id
        and lines.location_id = billing_periods.location_id
        and lines.billed_at = billing_periods.period_end_at

left join charges on lines.billing_line_id = charges.billing_line_id
