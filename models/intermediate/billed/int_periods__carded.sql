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

products_with_cards as (

    select product

    from tiers

    group by product

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

-- A product without any rate card is not billed by its users; of one with rate cards every closed period is here.
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

inner join products_with_cards on periods.product = products_with_cards.product

inner join local_days
    on periods.timezone = local_days.timezone
        and cast(periods.period_end_at as date) = local_days.utc_on
        and periods.period_end_at >= local_days.starts_at
        and periods.period_end_at < local_days.ends_at

left join cards
    on periods.product = cards.product
        and periods.currency = cards.currency
        and {{ headcount.is_valid_on('cards', 'local_days.local_on') }}
