with

users as (

    select * from {{ ref('int_user_lines__priced') }}

),

charges as (

    select * from {{ ref('fct_package_charges') }}

    where is_final
        and amount is not null

),

adjustments as (

    select * from {{ ref('fct_billing_adjustments') }}

),

periods as (

    select * from {{ ref('int_periods__billed_by_users') }}

),

-- Of the period that is adjusted, and billed with the one that settles it.
adjustments_of_periods as (

    select
        adjustments.*,
        corrected.period_end_at,
        corrected.ruleset_id,
        {{ headcount.adjustment_in_words('adjustments', 'corrected', 'settled') }} as description

    from adjustments

    inner join periods as corrected
        on adjustments.account_id = corrected.account_id
            and adjustments.location_id = corrected.location_id
            and adjustments.period_start_at = corrected.period_start_at

    inner join periods as settled
        on adjustments.account_id = settled.account_id
            and adjustments.location_id = settled.location_id
            and adjustments.settled_period_start_at = settled.period_start_at

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

union all

select
    {{ headcount.line_id(["'adjustment'", 'account_id', 'location_id', 'period_start_at', 'settled_period_start_at']) }}
        as billing_line_id,
    account_id,
    location_id,
    'adjustment' as line_kind,
    period_start_at,
    period_end_at,
    settled_at as billed_at,
    cast(null as integer) as tier_number,
    description,
    known_users - users_before as quantity,
    cast(null as decimal(18, 6)) as unit_price,
    amount,
    currency,
    ruleset_id

from adjustments_of_periods
