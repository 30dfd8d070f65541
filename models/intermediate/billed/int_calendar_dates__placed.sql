with

days as (

    select * from {{ ref('int_local_days') }}

),

subscriptions as (

    select * from {{ ref('int_subscriptions__known') }}

),

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

zones as (

    select accounts.timezone

    from subscriptions

    inner join accounts on subscriptions.account_id = accounts.account_id

    group by accounts.timezone

),

beside_previous as (

    select
        days.timezone,
        days.local_on,
        days.starts_at,
        days.ends_at,
        coalesce(
            cast(lag(days.local_on) over (partition by days.timezone order by days.local_on) + interval 1 day as date),
            days.local_on
        ) as first_date_on

    from days

    inner join zones on days.timezone = zones.timezone

)

-- A date that the zone skips stands for the next day that exists: a term that falls on it starts there.
select
    timezone,
    {{ headcount.whole_days('first_date_on', 'local_on') }} as calendar_on,
    local_on,
    starts_at,
    ends_at

from beside_previous
