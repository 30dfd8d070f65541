with

metered as (

    select * from {{ ref('int_locations__placed') }}

    where is_metered

),

subscriptions as (

    select * from {{ ref('int_subscriptions__known') }}

),

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

subscription_changes as (

    select * from {{ ref('int_subscription_changes__judged') }}

    where reasons is null

),

run as (

    select * from {{ ref('stg_run') }}

),

-- Whatever is dated in a zone: the metering of a place in its own, subscriptions and their packages in the account's.
dated as (

    select
        timezone,
        metered_from_at as dated_at

    from metered

    union all

    select
        accounts.timezone,
        subscription_changes.changed_at as dated_at

    from subscription_changes

    inner join subscriptions on subscription_changes.subscription_id = subscriptions.subscription_id

    inner join accounts on subscriptions.account_id = accounts.account_id

    union all

    -- A day begins less than 24 hours before UTC prints its date.
    select
        accounts.timezone,
        cast(subscriptions.started_on as timestamp) - interval 24 hour as dated_at

    from subscriptions

    inner join accounts on subscriptions.account_id = accounts.account_id

)

-- A term of a year that has just begun ends within 13 months of the run's instant.
select
    dated.timezone,
    cast(date_trunc('month', min(dated.dated_at) - interval 2 day) as date) as first_on,
    cast(date_trunc('month', run.as_of_at + interval 14 month) as date) as last_on

from dated

cross join run

where dated.dated_at <= run.as_of_at

group by dated.timezone, run.as_of_at
