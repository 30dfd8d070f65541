-- N5: a longer duration has a special price, so that a month of it costs less.
with

prices as (

    select
        prices.*,
        durations.months

    from {{ ref('stg_package_prices') }} as prices

    inner join {{ ref('map_durations') }} as durations on prices.duration = durations.duration

),

-- Compared without a division: a price for so many months against another.
dearer as (

    select
        longer.product,
        longer.plan,
        longer.duration,
        longer.client_limit,
        longer.currency,
        longer.valid_from

    from prices as longer

    inner join prices as shorter
        on longer.product = shorter.product
            and longer.plan = shorter.plan
            and longer.client_limit is not distinct from shorter.client_limit
            and longer.currency = shorter.currency
            and longer.valid_from = shorter.valid_from
            and longer.months > shorter.months

    where (longer.price * shorter.months < shorter.price * longer.months) is not true

)

select * from dearer
