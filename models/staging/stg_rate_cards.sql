with

tiers as (

    select * from {{ ref('example_rate_cards') }}

),

cards as (

    select
        product,
        currency,
        valid_from

    from tiers

    group by product, currency, valid_from

),

-- A whole card is in force until the product has another one in the same currency.
dated_cards as (

    select
        product,
        currency,
        valid_from,
        lead(valid_from) over (partition by product, currency order by valid_from) as valid_until

    from cards

)

select
    tiers.product,
    tiers.currency,
    tiers.valid_from,
    dated_cards.valid_until,
    tiers.tier_number,
    tiers.from_user,
    tiers.to_user,
    cast(tiers.unit_price as decimal(18, 6)) as unit_price,
    cast(tiers.flat_fee as decimal(18, 6)) as flat_fee

from tiers

inner join dated_cards
    on tiers.product = dated_cards.product
        and tiers.currency = dated_cards.currency
        and tiers.valid_from = dated_cards.valid_from
