with

periods as (

    select * from {{ ref('int_periods') }}

),

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

users as (

    select * from {{ ref('fct_active_users') }}

),

-- Whoever counts in a period that is judged, or in the one before: all their periods matter.
moving as (

    select
        users.account_id,
        users.location_id,
        users.customer_id

    from users

    inner join periods
        on users.account_id = periods.account_id
            and users.location_id = periods.location_id
            and users.period_start_at in (periods.period_start_at, periods.previous_period_start_at)

    where not periods.is_sealed

),

-- Each user of a period, with the periods before and after in which they counted at the same location.
users_in_order as (

    select
        users.account_id,
        users.location_id,
        users.customer_id,
        users.period_start_at,
        periods.previous_period_start_at,
        periods.next_period_start_at,
        lag(users.period_start_at) over users_periods as previous_counted_at,
        lead(users.period_start_at) over users_periods as next_counted_at

    from users

    inner join periods
        on users.account_id = periods.account_id
            and users.location_id = periods.location_id
            and users.period_start_at = periods.period_start_at

    where (users.account_id, users.location_id, users.customer_id) in (select * from moving)

    window users_periods as (
        partition by users.account_id, users.location_id, users.customer_id
        order by users.period_start_at
    )

),

movements as (

    select
        account_id,
        location_id,
        customer_id,
        period_start_at,
        case
            when previous_counted_at is null then 'new'
            when previous_counted_at = previous_period_start_at then 'kept'
            else 'returning'
        end as movement

    from users_in_order

    union all

    -- Lost in the period that comes next. Whoever counts in the last one is lost in none.
    select
        account_id,
        location_id,
        customer_id,
        next_period_start_at as period_start_at,
        'lost' as movement

    from users_in_order

    where next_counted_at is distinct from next_period_start_at

)

select
    movements.account_id,
    movements.location_id,
    movements.period_start_at,
    to_judge.period_start_on,
    movements.customer_id,
    movements.movement

from movements

inner join to_judge
    on movements.account_id = to_judge.account_id
        and movements.location_id = to_judge.location_id
        and movements.period_start_at = to_judge.period_start_at
