with

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

users as (

    select * from {{ ref('fct_active_users') }}

),

numbered_periods as (

    select
        account_id,
        location_id,
        period_start_at,
        period_start_on,
        row_number() over (partition by account_id, location_id order by period_start_at) as period_number

    from periods

),

-- Each user of a period, with the periods before and after in which they counted at the same location.
users_in_order as (

    select
        users.account_id,
        users.location_id,
        users.customer_id,
        numbered_periods.period_number,
        lag(numbered_periods.period_number) over users_periods as previous_number,
        lead(numbered_periods.period_number) over users_periods as next_number

    from users

    inner join numbered_periods
        on users.account_id = numbered_periods.account_id
            and users.location_id = numbered_periods.location_id
            and users.period_start_at = numbered_periods.period_start_at

    window users_periods as (
        partition by users.account_id, users.location_id, users.customer_id
        order by numbered_periods.period_number
    )

),

moves as (

    select
        account_id,
        location_id,
        customer_id,
        period_number,
        case
            when previous_number is null then 'new'
            when previous_number = period_number - 1 then 'kept'
            else 'returning'
        end as movement

    from users_in_order

    union all

    select
        account_id,
        location_id,
        customer_id,
        period_number + 1 as period_number,
        'lost' as movement

    from users_in_order

    where next_number is null
        or next_number > period_number + 1

)

-- Whoever counts in the last period is lost in none.
select
    moves.account_id,
    moves.location_id,
    numbered_periods.period_start_at,
    moves.customer_id,
    moves.movement,
    numbered_periods.period_start_on

from moves

inner join numbered_periods
    on moves.account_id = numbered_periods.account_id
        and moves.location_id = numbered_periods.location_id
        and moves.period_number = numbered_periods.period_number
