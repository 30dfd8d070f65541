with

users as (

    select * from {{ ref('int_user_lines__priced') }}

),

charges as (

    select * from {{ ref('fct_package_charges') }}

    where is_final
        and amount is not null

)

select
    {{ headcount.line_id(["'active_users'", 'account_id', 'location_id', 'period_start_at', 'tier_number']) }}
        as billing_line_id,
    account_id,
    location_id,
    'active_users' as line_kind,
    period_start_at,
    period_end_at,
    period_end_at as billed_at,
    tier_number,
    description,
    quantity,
    unit_price,
    amount,
    currency,
    ruleset_id

from users

union all

select
    {{ headcount.line_id(["'package'", 'subscription_id', 'charge_number']) }} as billing_line_id,
    account_id,
    account_id as location_id,
    'package_' || charge_kind as line_kind,
    term_start_at as period_start_at,
    term_end_at as period_end_at,
    charged_at as billed_at,
    cast(null as integer) as tier_number,
    description,
    1 as quantity,
    amount as unit_price,
    amount,
    currency,
    ruleset_id

from charges
