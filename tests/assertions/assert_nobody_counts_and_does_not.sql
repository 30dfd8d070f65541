-- Of a period that the night has judged nobody is among the users and among those who did something that did not count.
with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

users as (

    select * from {{ ref('fct_active_users') }}

),

uncounted as (

    select * from {{ ref('fct_uncounted_activity') }}

)

select
    uncounted.account_id,
    uncounted.location_id,
    uncounted.period_start_at,
    uncounted.customer_id

from to_judge

inner join uncounted
    on to_judge.account_id = uncounted.account_id
        and to_judge.location_id = uncounted.location_id
        and to_judge.period_start_at = uncounted.period_start_at

inner join users
    on uncounted.account_id = users.account_id
        and uncounted.location_id = users.location_id
        and uncounted.period_start_at = users.period_start_at
        and uncounted.customer_id = users.customer_id
