with

accounts as (

    select * from {{ ref('dim_accounts') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

    where period_status != 'open'

),

latest_run as (

    select max(as_of_at) as as_of_at from {{ ref('runs') }}

),

prices as (

    select * from {{ ref('stg_package_prices') }}

),

durations as (

    select * from {{ ref('map_durations') }}

),

numbered_counts as (

    select
        account_id,
        active_users,
        row_number() over (partition by account_id, location_id order by period_start_at desc) as period_number

    from counts

),

busiest_months as (

    select
        account_id,
        count(*) as months,
        max(active_users) as most_clients

    from numbered_counts

    where period_number <= 12

    group by account_id

),

prices_by_age as (

    select
        prices.*,
        row_number() over (
            partition by prices.product, prices.plan, prices.duration, prices.client_limit, prices.currency
            order by prices.valid_from desc
        ) as price_age

    from prices

    inner join latest_run on prices.valid_from <= cast(latest_run.as_of_at as date)

),

sufficient_packages as (

    select
        accounts.account_id,
        busiest_months.months,
        busiest_months.most_clients,
        prices.plan,
        prices.duration,
        prices.client_limit,
        cast(prices.price * {{ headcount.whole_quotient('12', 'durations.months') }} as decimal(18, 6)) as twelve_month_price,
        prices.currency,
        row_number() over (
            partition by accounts.account_id, prices.plan, prices.duration
            order by prices.price, prices.client_limit nulls last
        ) as limit_number

    from accounts

    inner join busiest_months using (account_id)

    inner join prices_by_age as prices
        on accounts.product = prices.product
            and accounts.currency = prices.currency
            and (prices.client_limit is null or busiest_months.most_clients <= prices.client_limit)

    inner join durations using (duration)

    where prices.price_age = 1

)

select
    account_id,
    months,
    most_clients,
    plan,
    duration,
    client_limit,
    twelve_month_price,
    currency,
    rank() over (partition by account_id, plan order by twelve_month_price) = 1 as is_cheapest_of_plan,
    rank() over (partition by account_id order by twelve_month_price) = 1 as is_cheapest

from sufficient_packages

where limit_number = 1

order by account_id, twelve_month_price, plan, duration
