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

zone_offsets as (

    select * from {{ ref('stg_zone_offsets') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- The day of the start and the next: where the zone skips the first, the second is when it begins.
possible_days as (

    select
        subscriptions.subscription_id,
        subscriptions.account_id,
        subscriptions.started_on,
        accounts.timezone,
        cast(subscriptions.started_on + days_later.days * interval 1 day as date) as local_on

    from subscriptions

    inner join accounts on subscriptions.account_id = accounts.account_id

    left join packages_named on subscriptions.subscription_id = packages_named.subscription_id

    cross join (values (0), (1)) as days_later (days)

    where packages_named.subscription_id is null
        and (subscriptions.cancelled_on is null or subscriptions.cancelled_on > subscriptions.started_on)

),

-- Found without the calendar, which begins with the first thing that is metered; a subscription may be older.
started as (

    select
        possible_days.subscription_id,
        possible_days.account_id,
        possible_days.started_on,
        min({{ headcount.local_midnight('possible_days.local_on', 'zone_offsets') }}) as started_at

    from possible_days

    inner join zone_offsets
        on possible_days.timezone = zone_offsets.timezone
            and cast(possible_days.local_on as timestamp) + interval 48 hour > zone_offsets.offset_from_at
            and cast(possible_days.local_on as timestamp) - interval 48 hour < zone_offsets.offset_until_at

    where {{ headcount.local_midnight('possible_days.local_on', 'zone_offsets') }} < zone_offsets.offset_until_at
        and {{ headcount.local_midnight('possible_days.local_on', 'zone_offsets') }}
        + zone_offsets.offset_seconds * interval 1 second < cast(possible_days.local_on as timestamp) + interval 24 hour

    group by possible_days.subscription_id, possible_days.account_id, possible_days.started_on

)

select
    started.subscription_id,
    started.account_id,
    started.started_on,
    started.started_at

from started

cross join run

where started.started_at <= run.as_of_at
