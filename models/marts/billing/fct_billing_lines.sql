with

periods as (

    select * from {{ ref('int_periods__carded') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

tiers as (

    select * from {{ ref('stg_rate_cards') }}

),

currencies as (

    select * from {{ ref('stg_currencies') }}

),

charges as (

    select * from {{ ref('fct_package_charges') }}

    where is_final

),

-- Graduated: each tier bills the users that fall into it.
users_in_tiers as (

    select
        periods.*,
        counts.active_users,
        tiers.tier_number,
        tiers.from_user,
        tiers.to_user,
        tiers.unit_price,
        tiers.flat_fee,
        {{ headcount.tier_users('counts.active_users', 'tiers') }} as quantity

    from periods

    inner join counts
        on periods.account_id = counts.account_id
            and periods.location_id = counts.location_id
            and periods.period_start_at = counts.period_start_at

    inner join tiers
        on periods.product = tiers.product
            and periods.currency = tiers.currency
            and periods.card_valid_from = tiers.valid_from
            and counts.active_users >= tiers.from_user

),

active_users as (

    select
        {{ headcount.line_id([
            "'active_users'", 'users.account_id', 'users.location_id', 'users.period_start_at', 'users.tier_number'
        ]) }} as billing_line_id,
        users.account_id,
        users.location_id,
        'active_users' as line_kind,
        users.period_start_at,
        users.period_end_at,
        users.period_end_at as billed_at,
        users.tier_number,
        {{ headcount.tier_in_words('users') }} as description,
        users.quantity,
        users.unit_price,
        {{ headcount.prorate(
            'users.quantity * users.unit_price + users.flat_fee', 1, 1, 'currencies.minor_units'
        ) }} as amount,
        users.currency,
        users.ruleset_id

    from users_in_tiers as users

    inner join currencies on users.currency = currencies.currency

),

packages as (

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

    where amount is not null

)

select * from active_users

union all

select * from packages
