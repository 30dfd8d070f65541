with

timed as (

    select * from {{ ref('int_term_changes__timed') }}

),

subscriptions as (

    select * from {{ ref('int_subscriptions__anchored') }}

),

prices as (

    select * from {{ ref('stg_package_prices') }}

),

durations as (

    select * from {{ ref('map_durations') }}

),

term_changes as (

    select
        timed.*,
        subscriptions.product,
        subscriptions.currency,
        durations.duration

    from timed

    inner join subscriptions on timed.subscription_id = subscriptions.subscription_id

    inner join durations on timed.term_months = durations.months

)

-- By the list of the day on which the term starts; a package new since then by the list of the day of the change.
select
    term_changes.subscription_id,
    term_changes.term_number,
    term_changes.change_number,
    term_changes.is_term_start,
    term_changes.happened_at,
    term_changes.happened_on,
    term_changes.plan,
    term_changes.duration,
    term_changes.client_limit,
    term_changes.final_at,
    term_changes.may_raise,
    coalesce(
        max(case when {{ headcount.is_valid_on('prices', 'term_changes.term_start_on') }} then prices.price end),
        max(case when {{ headcount.is_valid_on('prices', 'term_changes.happened_on') }} then prices.price end)
    ) as package_price

from term_changes

left join prices
    on term_changes.product = prices.product
        and term_changes.plan = prices.plan
        and term_changes.duration = prices.duration
        and term_changes.client_limit is not distinct from prices.client_limit
        and term_changes.currency = prices.currency

group by
    term_changes.subscription_id,
    term_changes.term_number,
    term_changes.change_number,
    term_changes.is_term_start,
    term_changes.happened_at,
    term_changes.happened_on,
    term_changes.plan,
    term_changes.duration,
    term_changes.client_limit,
    term_changes.final_at,
    term_changes.may_raise
