-- Each period that the night has judged has a count, and it is as many as are listed, as many as its last day has, and as many
-- as have moved into it; who was kept or lost is who counted in the period before.
with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

listed as (

    select
        users.account_id,
        users.location_id,
        users.period_start_at,
        count(*) as users

    from {{ ref('fct_active_users') }} as users

    inner join to_judge
        on users.account_id = to_judge.account_id
            and users.location_id = to_judge.location_id
            and users.period_start_at = to_judge.period_start_at

    group by users.account_id, users.location_id, users.period_start_at

),

last_days as (

    select
        days.account_id,
        days.location_id,
        days.period_start_at,
        max_by(days.active_users_to_date, days.active_on) as users,
        max(days.active_users_to_date) as most_users

    from {{ ref('fct_daily_active_users') }} as days

    inner join to_judge
        on days.account_id = to_judge.account_id
            and days.location_id = to_judge.location_id
            and days.period_start_at = to_judge.period_start_at

    group by days.account_id, days.location_id, days.period_start_at

),

moved as (

    select
        movements.account_id,
        movements.location_id,
        movements.period_start_at,
        count(*) filter (where movements.movement != 'lost') as users,
        count(*) filter (where movements.movement in ('kept', 'lost')) as users_before

    from {{ ref('fct_active_user_movements') }} as movements

    inner join to_judge
        on movements.account_id = to_judge.account_id
            and movements.location_id = to_judge.location_id
            and movements.period_start_at = to_judge.period_start_at

    group by movements.account_id, movements.location_id, movements.period_start_at

)

select
    to_judge.account_id,
    to_judge.location_id,
    to_judge.period_start_at

from to_judge

left join counts
    on to_judge.account_id = counts.account_id
        and to_judge.location_id = counts.location_id
        and to_judge.period_start_at = counts.period_start_at

left join counts as counts_before
    on to_judge.account_id = counts_before.account_id
        and to_judge.location_id = counts_before.location_id
        and to_judge.previous_period_start_at = counts_before.period_start_at

left join listed
    on to_judge.account_id = listed.account_id
        and to_judge.location_id = listed.location_id
        and to_judge.period_start_at = listed.period_start_at

left join last_days
    on to_judge.account_id = last_days.account_id
        and to_judge.location_id = last_days.location_id
        and to_judge.period_start_at = last_days.period_start_at

left join moved
    on to_judge.account_id = moved.account_id
        and to_judge.location_id = moved.location_id
        and to_judge.period_start_at = moved.period_start_at

where (
    counts.active_users = coalesce(listed.users, 0)
    and counts.active_users = coalesce(last_days.users, 0)
    and counts.active_users = coalesce(last_days.most_users, 0)
    and counts.active_users = coalesce(moved.users, 0)
    and coalesce(counts_before.active_users, 0) = coalesce(moved.users_before, 0)
    and counts.period_status = to_judge.period_status
    and counts.ruleset_id = to_judge.ruleset_id
) is not true
