with

counts as (

    select * from {{ ref('fct_counts_at_closings') }}

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

-- By the rate card of the period's own lines; without one there are no lines, and nothing to adjust.
rated as (

    select
        counts.account_id,
        counts.location_id,
        counts.period_start_at,
        counts.period_start_on,
        counts.settled_period_start_at,
        counts.settled_at,
        counts.corrections,
        counts.billed_users,
        counts.known_users,
        {{ headcount.graduated_amount('counts.billed_users', 'tiers', 'currencies.minor_units') }} as billed_amount,
        {{ headcount.graduated_amount('counts.known_users', 'tiers', 'currencies.minor_units') }} as due_amount,
        cards.currency

    from counts

    inner join cards
        on counts.account_id = cards.account_id
            and counts.location_id = cards.location_id
            and counts.period_start_at = cards.period_start_at

    inner join tiers
        on cards.product = tiers.product
            and cards.currency = tiers.currency
            and cards.card_valid_from = tiers.valid_from

    inner join currencies on cards.currency = currencies.currency

    group by
        counts.account_id,
        counts.location_id,
        counts.period_start_at,
        counts.period_start_on,
        counts.settled_period_start_at,
        counts.settled_at,
        counts.corrections,
        counts.billed_users,
        counts.known_users,
        cards.currency

),

targets as (

    select
        *,
        case corrections
            when 'credit' then least(due_amount, billed_amount)
            else due_amount
        end as target_amount

    from rated

),

-- What was billed and adjusted before is what the closing before aimed at: of 30 billed, 40 due and then 35 due, the first
-- adds 10 and the second takes back 5.
adjusted as (

    select
        *,
        target_amount - lag(target_amount, 1, billed_amount) over (
            partition by account_id, location_id, period_start_at
            order by settled_period_start_at
        ) as amount

    from targets

)

-- A closing that changes no amount has no line, and the next line goes on from the one before it.
select
    account_id,
    location_id,
    period_start_at,
    period_start_on,
    settled_period_start_at,
    settled_at,
    billed_users,
    known_users,
    lag(known_users, 1, billed_users) over (
        partition by account_id, location_id, period_start_at
        order by settled_period_start_at
    ) as users_before,
    cast(amount as decimal(18, 6)) as amount,
    currency

from adjusted

where amount != 0
