with

changes as (

    select * from {{ ref('int_subscription_changes__judged') }}

    where reasons is null

),

subscriptions as (

    select * from {{ ref('int_subscriptions__known') }}

),

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

durations as (

    select * from {{ ref('map_durations') }}

),

local_days as (

    select * from {{ ref('int_local_days__by_utc_date') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- A change happens when it was made, unless it became known more than a day after that and after the account had
-- landed: then it happens when it became known, so that the past is never billed again.
timed as (

    select
        changes.*,
        accounts.timezone,
        case
            when changes.known_at
                > greatest(changes.changed_at, accounts.first_known_at, accounts.history_complete_at) + interval 24 hour
                then changes.known_at
            else changes.changed_at
        end as happened_at

    from changes

    inner join subscriptions on changes.subscription_id = subscriptions.subscription_id

    inner join accounts on subscriptions.account_id = accounts.account_id

),

ordered as (

    select
        timed.*,
        row_number() over subscription_changes as change_number,
        lead(timed.happened_at) over subscription_changes as next_happened_at

    from timed

    cross join run

    where timed.happened_at <= run.as_of_at

    window subscription_changes as (
        partition by timed.subscription_id
        order by timed.happened_at, timed.changed_at, timed.subscription_change_id
    )

)

select
    ordered.subscription_id,
    ordered.change_number,
    ordered.subscription_change_id,
    ordered.plan,
    durations.months as duration_months,
    ordered.client_limit,
    ordered.happened_at,
    local_days.local_on as happened_on,
    coalesce(ordered.next_happened_at, {{ headcount.end_of_time() }}) as next_happened_at

from ordered

inner join durations on ordered.duration = durations.duration

inner join local_days
    on ordered.timezone = local_days.timezone
        and cast(ordered.happened_at as date) = local_days.utc_on
        and ordered.happened_at >= local_days.starts_at
        and ordered.happened_at < local_days.ends_at
