with

prices as (

    select * from {{ ref('example_package_prices') }}

)

-- A price is in force until the same package has another one in the same currency.
select
    product,
    plan,
    duration,
    client_limit,
    currency,
    valid_from,
    lead(valid_from) over (
        partition by product, plan, duration, client_limit, currency
        order by valid_from
    ) as valid_until,
    cast(price as decimal(18, 6)) as price

from prices
