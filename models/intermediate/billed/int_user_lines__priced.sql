with

periods as (

    select * from {{ ref('int_periods__billed_by_users') }}

),

counts as (

    select * from {{ ref('int_judgements__counted') }}

    where is_billed

),

tiers as (

    select * from {{ ref('stg_rate_cards') }}

),

currencies as (

    select * from {{ ref('stg_currencies') }}

),

-- Graduated: each tier bills the users that fall into it. Of 13 users tiers of 1 to 10 and 11 to 20 bill 10 and 3.
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

)

select
    users.account_id,
    users.location_id,
    users.period_start_at,
    users.period_end_at,
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
