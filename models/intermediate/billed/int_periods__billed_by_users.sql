with

periods as (

    select * from {{ ref('int_periods') }}

    where period_status = 'closed'

),

tiers as (

    select * from {{ ref('stg_rate_cards') }}

),

local_days as (

    select * from {{ ref('int_local_days__by_utc_date') }}

),

products as (

    select * from {{ ref('stg_products') }}

),

package_prices as (

    select product

    from {{ ref('stg_package_prices') }}

    group by product

),

carded_products as (

    select product

    from tiers

    group by product

),

-- A product is billed by its users unless it has packages and no rate card: without either it is not forgotten.
billed_by_users as (

    select products.product

    from products

    left join package_prices on products.product = package_prices.product

    left join carded_products on products.product = carded_products.product

    where carded_products.product is not null
        or package_prices.product is null

),

cards as (

    select
        product,
        currency,
        valid_from,
        valid_until

    from tiers

    group by product, currency, valid_from, valid_until

)

-- Every closed period of those products, also without a card in its currency on its last day.
select
    periods.account_id,
    periods.location_id,
    periods.product,
    periods.currency,
    periods.ruleset_id,
    periods.period_start_at,
    periods.period_end_at,
    periods.period_start_on,
    local_days.local_on as period_end_on,
    cards.valid_from as card_valid_from

from periods

inner join billed_by_users on periods.product = billed_by_users.product

inner join local_days
    on periods.timezone = local_days.timezone
        and cast(periods.period_end_at as date) = local_days.utc_on
        and periods.period_end_at >= local_days.starts_at
        and periods.period_end_at < local_days.ends_at

left join cards
    on periods.product = cards.product
        and periods.currency = cards.currency
        and {{ headcount.is_valid_on('cards', 'local_days.local_on') }}
