with

periods as (

    select * from {{ ref('int_periods') }}

),

products as (

    select * from {{ ref('stg_products') }}

    where counted_by = 'account'

),

prices as (

    select * from {{ ref('stg_package_prices') }}

),

packages as (

    select * from {{ ref('int_packages__by_account') }}

),

local_days as (

    select * from {{ ref('int_local_days__by_utc_date') }}

),

products_with_packages as (

    select prices.product

    from prices

    inner join products on prices.product = products.product

    group by prices.product

)

-- Of each period the package in force just before it is judged, and the local day of that instant.
select
    periods.account_id,
    periods.period_start_at,
    periods.period_start_on,
    periods.product,
    periods.currency,
    local_days.local_on as judged_on,
    packages.account_id is not null as has_package,
    packages.plan,
    packages.duration,
    packages.client_limit

from periods

inner join products_with_packages on periods.product = products_with_packages.product

inner join local_days
    on periods.timezone = local_days.timezone
        and cast(periods.judged_at - interval 1 microsecond as date) = local_days.utc_on
        and periods.judged_at > local_days.starts_at
        and periods.judged_at <= local_days.ends_at

left join packages
    on periods.account_id = packages.account_id
        and periods.judged_at > packages.in_force_from_at
        and periods.judged_at <= packages.in_force_until_at
