with

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

users as (

    select * from {{ ref('fct_active_users') }}

),

numbered_periods as (

    select
        *,
        row_number() over (partition by account_id, location_id order by period_start_at) as period_number

    from periods

),

-- Each user of a period, with their period before and after at the same location.
users_in_order as (

    select
        users.account_id,
        users.location_id,
        numbered_periods.period_number,
        lag(numbered_periods.period_number) over users_periods as previous_number,
        lead(numbered_periods.period_number) over users_periods as next_number

    from users

    inner join numbered_periods using (account_id, location_id, period_start_at)

    window users_periods as (
        partition by users.account_id, users.location_id, users.customer_id
        order by numbered_periods.period_number
    )

),

moves as (

    select
        account_id,
        location_id,
        period_number,
        case
            when previous_number is null then 'new'
            when previous_number = period_number - 1 then 'kept'
            else 'returning'
        end as move

    from users_in_order

    union all

    select
        account_id,
        location_id,
        period_number + 1 as period_number,
        'lost' as move

    from users_in_order

    where next_number is null
        or next_number > period_number + 1

)

select
    periods.account_id,
    periods.location_id,
    periods.period_start_on,
    periods.period_start_at,
    periods.period_status,
    count(*) filter (where moves.move in ('new', 'kept', 'returning')) as active_users,
    count(*) filter (where moves.move = 'new') as new_users,
    count(*) filter (where moves.move = 'kept') as kept_users,
    count(*) filter (where moves.move = 'returning') as returning_users,
    count(*) filter (where moves.move = 'lost') as lost_users

from numbered_periods as periods

left join moves using (account_id, location_id, period_number)

group by
    periods.account_id, periods.location_id, periods.period_start_on, periods.period_start_at, periods.period_status

order by periods.account_id, periods.location_id, periods.period_start_at
