with

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

movements as (

    select * from {{ ref('fct_active_user_movements') }}

)

select
    periods.account_id,
    periods.location_id,
    periods.period_start_on,
    periods.period_start_at,
    periods.period_status,
    count(*) filter (where movements.movement in ('new', 'kept', 'returning')) as active_users,
    count(*) filter (where movements.movement = 'new') as new_users,
    count(*) filter (where movements.movement = 'kept') as kept_users,
    count(*) filter (where movements.movement = 'returning') as returning_users,
    count(*) filter (where movements.movement = 'lost') as lost_users

from periods

left join movements using (account_id, location_id, period_start_at)

group by
    periods.account_id, periods.location_id, periods.period_start_on, periods.period_start_at, periods.period_status

order by periods.account_id, periods.location_id, periods.period_start_at
