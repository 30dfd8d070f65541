with

terms as (

    select * from {{ ref('int_terms__started') }}

),

changes as (

    select * from {{ ref('int_subscription_changes__ordered') }}

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

-- The package at the start of each term, then the changes made within it.
term_changes as (

    select
        terms.subscription_id,
        terms.term_number,
        changes.change_number,
        changes.change_number = terms.change_number as is_term_start,
        case
            when changes.change_number = terms.change_number then terms.term_start_at else changes.happened_at
        end as happened_at,
        case
            when changes.change_number = terms.change_number then terms.term_start_on else changes.happened_on
        end as happened_on,
        terms.term_start_on,
        subscriptions.product,
        subscriptions.currency,
        changes.plan,
        durations.duration,
        changes.client_limit

    from terms

    inner join subscriptions on terms.subscription_id = subscriptions.subscription_id

    inner join durations on terms.term_months = durations.months

    inner join changes
        on terms.subscription_id = changes.subscription_id
            and changes.change_number >= terms.change_number
            and (changes.change_number = terms.change_number or changes.happened_at < terms.term_end_at)

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
    term_changes.client_limit
