with

periods as (

    select * from {{ ref('int_periods') }}

),

users as (

    select * from {{ ref('fct_active_users') }}

),

-- Each user of a period, with the periods before and after in which they counted at the same location.
users_in_order as (

    select
        users.account_id,
        users.location_id,
        users.customer_id,
        users.period_start_at,
        users.period_start_on,
        periods.previous_period_start_at,
        periods.next_period_start_at,
        periods.next_period_start_on,
        lag(users.period_start_at) over users_periods as previous_counted_at,
        lead(users.period_start_at) over users_periods as next_counted_at

    from users

    inner join periods
        on users.account_id = periods.account_id
            and users.location_id = periods.location_id
            and users.period_start_at = periods.period_start_at

    window users_periods as (
        partition by users.account_id, users.location_id, users.customer_id
        order by users.period_start_at
    )

)

select
    account_id,
    location_id,
    period_start_at,
    period_start_on,
    customer_id,
    case
        when previous_counted_at is null then 'new'
        when previous_counted_at = previous_period_start_at then 'kept'
        else 'returning'
    end as movement

from users_in_order

union all

-- Lost in the period that comes next. After the last one comes neither a period nor a count: nobody is lost.
select
    account_id,
    location_id,
    next_period_start_at as period_start_at,
    next_period_start_on as period_start_on,
    customer_id,
    'lost' as movement

from users_in_order

where next_counted_at is distinct from next_period_start_at
