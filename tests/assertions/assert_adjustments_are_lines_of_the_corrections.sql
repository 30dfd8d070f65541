-- P7: each adjustment is one line of its amount and of as many users, and names all who were corrected at its closing.
with

adjustments as (

    select * from {{ ref('fct_billing_adjustments') }}

),

lines as (

    select * from {{ ref('fct_billing_lines') }}

    where line_kind = 'adjustment'

),

named as (

    select
        account_id,
        location_id,
        period_start_at,
        settled_period_start_at,
        count(*) as users

    from {{ ref('fct_billing_adjustment_users') }}

    group by account_id, location_id, period_start_at, settled_period_start_at

),

corrected as (

    select
        account_id,
        location_id,
        period_start_at,
        settled_period_start_at,
        count(*) as users

    from {{ ref('fct_corrections_at_closings') }}

    group by account_id, location_id, period_start_at, settled_period_start_at

)

select
    coalesce(adjustments.account_id, lines.account_id) as account_id,
    coalesce(adjustments.location_id, lines.location_id) as location_id,
    coalesce(adjustments.period_start_at, lines.period_start_at) as period_start_at,
    coalesce(adjustments.settled_at, lines.billed_at) as settled_at

from adjustments

full outer join lines
    on adjustments.account_id = lines.account_id
        and adjustments.location_id = lines.location_id
        and adjustments.period_start_at = lines.period_start_at
        and adjustments.settled_at = lines.billed_at

left join named
    on adjustments.account_id = named.account_id
        and adjustments.location_id = named.location_id
        and adjustments.period_start_at = named.period_start_at
        and adjustments.settled_period_start_at = named.settled_period_start_at

left join corrected
    on adjustments.account_id = corrected.account_id
        and adjustments.location_id = corrected.location_id
        and adjustments.period_start_at = corrected.period_start_at
        and adjustments.settled_period_start_at = corrected.settled_period_start_at

where (
    adjustments.amount = lines.amount
    and adjustments.currency = lines.currency
    and adjustments.known_users - adjustments.users_before = lines.quantity
    and coalesce(named.users, 0) = coalesce(corrected.users, 0)
) is not true
