-- P7: the users that an adjustment says are known are those that were billed, with the late additions and without the
-- retractions that it names.
with

adjustments as (

    select * from {{ ref('fct_billing_adjustments') }}

),

users as (

    select
        account_id,
        location_id,
        period_start_at,
        settled_period_start_at,
        sum(case correction when 'late_addition' then 1 else -1 end) as users

    from {{ ref('fct_billing_adjustment_users') }}

    group by account_id, location_id, period_start_at, settled_period_start_at

)

select
    adjustments.account_id,
    adjustments.location_id,
    adjustments.period_start_at,
    adjustments.settled_period_start_at

from adjustments

left join users
    on adjustments.account_id = users.account_id
        and adjustments.location_id = users.location_id
        and adjustments.period_start_at = users.period_start_at
        and adjustments.settled_period_start_at = users.settled_period_start_at

where (adjustments.known_users = adjustments.billed_users + coalesce(users.users, 0)) is not true
