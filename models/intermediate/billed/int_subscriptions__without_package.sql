with

subscriptions as (

    select * from {{ ref('int_subscriptions__judged') }}

    where {{ headcount.in_force_now() }}

),

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

packages_named as (

    select subscription_id

    from {{ ref('int_subscription_changes__judged') }}

    where reasons is null

    group by subscription_id

),

calendar_dates as (

    select * from {{ ref('int_calendar_dates') }}

),

run as (

    select * from {{ ref('stg_run') }}

)

select
    subscriptions.subscription_id,
    subscriptions.account_id,
    subscriptions.started_on,
    calendar_dates.starts_at as started_at

from subscriptions

inner join accounts on subscriptions.account_id = accounts.account_id

inner join calendar_dates
    on accounts.timezone = calendar_dates.timezone
        and subscriptions.started_on = calendar_dates.calendar_on

inner join run on calendar_dates.starts_at <= run.as_of_at

left join packages_named on subscriptions.subscription_id = packages_named.subscription_id

where packages_named.subscription_id is null
    and (subscriptions.cancelled_on is null or subscriptions.cancelled_on > subscriptions.started_on)
