with

counts as (

    select * from {{ ref('int_judgements__counted') }}

    where period_status = 'closed'

),

cards as (

    select * from {{ ref('int_periods__billed_by_users') }}

),

tiers as (

    select * from {{ ref('stg_rate_cards') }}

),

currencies as (

    select * from {{ ref('stg_currencies') }}

),

priced_in as (

    select
        counts.*,
        cards.product,
        cards.currency,
        cards.card_valid_from,
        currencies.minor_units

    from counts

    left join cards
        on counts.account_id = cards.account_id
            and counts.location_id = cards.location_id
            and counts.period_start_at = cards.period_start_at

    left join currencies on cards.currency = currencies.currency

)

-- The period's own rate card prices what is billed and what would have been; without one there is a count and no amount.
select
    priced_in.judgement_id,
    priced_in.billed_judgement_id,
    priced_in.account_id,
    priced_in.location_id,
    priced_in.period_start_at,
    priced_in.period_start_on,
    priced_in.is_billed,
    priced_in.ruleset_id,
    priced_in.active_users,
    {{ headcount.graduated_amount('priced_in.active_users', 'tiers', 'priced_in.minor_units') }} as amount,
    priced_in.currency

from priced_in

left join tiers
    on priced_in.product = tiers.product
        and priced_in.currency = tiers.currency
        and priced_in.card_valid_from = tiers.valid_from

group by
    priced_in.judgement_id,
    priced_in.billed_judgement_id,
    priced_in.account_id,
    priced_in.location_id,
    priced_in.period_start_at,
    priced_in.period_start_on,
    priced_in.is_billed,
    priced_in.ruleset_id,
    priced_in.active_users,
    priced_in.currency
