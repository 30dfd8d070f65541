with

thresholds as (

    select * from {{ ref('int_periods__with_thresholds') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

users as (

    select * from {{ ref('fct_active_users') }}

),

local_days as (

    select * from {{ ref('int_local_days__by_utc_date') }}

),

-- The smallest number of users that reaches it, in whole numbers: 80 % of 7 is reached by 6, since 600 >= 560.
measured as (

    select
        thresholds.*,
        coalesce(thresholds.client_limit, base_counts.active_users) as base,
        {{ headcount.whole_quotient(
            'thresholds.percent * coalesce(thresholds.client_limit, base_counts.active_users) + 99', 100
        ) }} as users_needed

    from thresholds

    left join counts as base_counts
        on thresholds.account_id = base_counts.account_id
            and thresholds.location_id = base_counts.location_id
            and thresholds.closed_period_start_at = base_counts.period_start_at

),

reached as (

    select measured.*

    from measured

    inner join counts
        on measured.account_id = counts.account_id
            and measured.location_id = counts.location_id
            and measured.period_start_at = counts.period_start_at
            and counts.active_users >= measured.users_needed
            and measured.base > 0

),

reached_periods as (

    select
        account_id,
        location_id,
        period_start_at

    from reached

    group by account_id, location_id, period_start_at

),

-- Only the users of periods that reach one are put in order.
users_in_order as (

    select
        users.account_id,
        users.location_id,
        users.period_start_at,
        users.first_active_at,
        cast(row_number() over (
            partition by users.account_id, users.location_id, users.period_start_at
            order by users.first_active_at, users.customer_id
        ) as bigint) as user_number

    from users

    inner join reached_periods
        on users.account_id = reached_periods.account_id
            and users.location_id = reached_periods.location_id
            and users.period_start_at = reached_periods.period_start_at

)

select
    reached.account_id,
    reached.location_id,
    reached.period_start_at,
    reached.period_start_on,
    reached.measure,
    reached.percent,
    reached.base,
    users_in_order.user_number as active_users,
    users_in_order.first_active_at as crossed_at,
    local_days.local_on as crossed_on

from reached

inner join users_in_order
    on reached.account_id = users_in_order.account_id
        and reached.location_id = users_in_order.location_id
        and reached.period_start_at = users_in_order.period_start_at
        and reached.users_needed = users_in_order.user_number

inner join local_days
    on reached.timezone = local_days.timezone
        and cast(users_in_order.first_active_at as date) = local_days.utc_on
        and users_in_order.first_active_at >= local_days.starts_at
        and users_in_order.first_active_at < local_days.ends_at
