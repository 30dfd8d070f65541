-- P7: the lines of a closed period and its adjustments come together to what its users cost on its own rate card, counted with
-- what was known when the last of the periods closed that settle it; under `credit` never to more than was billed.
with

closings as (

    select
        account_id,
        location_id,
        period_start_at,
        corrections,
        max(settled_period_start_at) as settled_period_start_at

    from {{ ref('int_periods__with_later_closings') }}

    group by account_id, location_id, period_start_at, corrections

),

cards as (

    select * from {{ ref('int_periods__billed_by_users') }}

    where card_valid_from is not null

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

corrections as (

    select
        account_id,
        location_id,
        period_start_at,
        settled_period_start_at,
        sum(case correction when 'late_addition' then 1 else -1 end) as users

    from {{ ref('fct_corrections_at_closings') }}

    group by account_id, location_id, period_start_at, settled_period_start_at

),

lines as (

    select
        account_id,
        location_id,
        period_start_at,
        sum(case when line_kind = 'active_users' then amount else 0 end) as billed_amount,
        sum(amount) as amount,
        count(*) filter (where line_kind = 'adjustment') as adjustments

    from {{ ref('fct_billing_lines') }}

    where line_kind in ('active_users', 'adjustment')

    group by account_id, location_id, period_start_at

),

tiers as (

    select * from {{ ref('stg_rate_cards') }}

),

currencies as (

    select * from {{ ref('stg_currencies') }}

),

known as (

    select
        closings.account_id,
        closings.location_id,
        closings.period_start_at,
        closings.corrections,
        cards.product,
        cards.currency,
        cards.card_valid_from,
        counts.active_users + coalesce(corrections.users, 0) as users

    from closings

    inner join cards
        on closings.account_id = cards.account_id
            and closings.location_id = cards.location_id
            and closings.period_start_at = cards.period_start_at

    inner join counts
        on closings.account_id = counts.account_id
            and closings.location_id = counts.location_id
            and closings.period_start_at = counts.period_start_at

    left join corrections
        on closings.account_id = corrections.account_id
            and closings.location_id = corrections.location_id
            and closings.period_start_at = corrections.period_start_at
            and closings.settled_period_start_at = corrections.settled_period_start_at

),

due as (

    select
        known.account_id,
        known.location_id,
        known.period_start_at,
        known.corrections,
        {{ headcount.graduated_amount('known.users', 'tiers', 'currencies.minor_units') }} as amount

    from known

    inner join tiers
        on known.product = tiers.product
            and known.currency = tiers.currency
            and known.card_valid_from = tiers.valid_from

    inner join currencies on known.currency = currencies.currency

    group by known.account_id, known.location_id, known.period_start_at, known.corrections

)

-- A period that nothing settles has no adjustment.
select
    coalesce(due.account_id, lines.account_id) as account_id,
    coalesce(due.location_id, lines.location_id) as location_id,
    coalesce(due.period_start_at, lines.period_start_at) as period_start_at

from due

full outer join lines
    on due.account_id = lines.account_id
        and due.location_id = lines.location_id
        and due.period_start_at = lines.period_start_at

where case
        when due.account_id is null then lines.adjustments = 0
        when due.corrections = 'credit'
            then coalesce(lines.amount, 0) = least(due.amount, coalesce(lines.billed_amount, 0))
        else coalesce(lines.amount, 0) = due.amount
    end is not true
