with

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

daily as (

    select * from {{ ref('fct_daily_active_users') }}

),

-- The open period is the last, so 0 months ago.
numbered_periods as (

    select
        *,
        row_number() over (partition by account_id, location_id order by period_start_at desc) - 1 as months_ago

    from periods

),

-- Only a calendar period has an end while it is open. Its latest day may still have hours to come.
open_months as (

    select
        open_periods.account_id,
        open_periods.location_id,
        open_periods.period_start_at,
        open_periods.period_start_on,
        coalesce(max(extract(day from daily.active_on)), 1) - 1 as last_whole_day

    from numbered_periods as open_periods

    left join daily using (account_id, location_id, period_start_at)

    where open_periods.period_status = 'open'
        and open_periods.period_end_at is not null

    group by
        open_periods.account_id, open_periods.location_id, open_periods.period_start_at, open_periods.period_start_on

),

-- The open month and three before it: users by the end of that day of the month, and by their own end.
users_of_months as (

    select
        open_months.account_id,
        open_months.location_id,
        open_months.period_start_on,
        open_months.last_whole_day,
        months.months_ago,
        coalesce(max(daily.active_users_to_date), 0) as users,
        coalesce(
            max(daily.active_users_to_date) filter (where extract(day from daily.active_on) <= open_months.last_whole_day), 0
        ) as users_by_day

    from open_months

    inner join numbered_periods as months using (account_id, location_id)

    left join daily
        on months.account_id = daily.account_id
            and months.location_id = daily.location_id
            and months.period_start_at = daily.period_start_at

    where months.months_ago <= 3

    group by
        open_months.account_id, open_months.location_id, open_months.period_start_on, open_months.last_whole_day,
        months.months_ago

),

sums as (

    select
        account_id,
        location_id,
        period_start_on,
        last_whole_day,
        sum(users) filter (where months_ago = 0) as users_to_date,
        sum(users_by_day) filter (where months_ago = 0) as users_by_day,
        sum(users - users_by_day) filter (where months_ago > 0) as users_added_later,
        count(*) filter (where months_ago > 0) as earlier_months

    from users_of_months

    group by account_id, location_id, period_start_on, last_whole_day

)

select
    account_id,
    period_start_on,
    last_whole_day,
    cast(users_to_date as bigint) as users_to_date,
    earlier_months,
    cast(users_added_later as bigint) as users_added_later,
    cast(greatest(
        users_to_date,
        users_by_day + {{ headcount.prorate('coalesce(users_added_later, 0)', 1, 'greatest(earlier_months, 1)', 0) }}
    ) as bigint) as forecast_users

from sums

order by account_id
