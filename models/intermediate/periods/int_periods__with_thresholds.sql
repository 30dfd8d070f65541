with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

thresholds as (

    select * from {{ ref('rule_thresholds') }}

),

local_days as (

    select * from {{ ref('int_local_days__by_utc_date') }}

),

packages as (

    select * from {{ ref('int_periods__with_packages') }}

    where client_limit is not null

),

closed_before as (

    select * from {{ ref('int_periods__closed_before') }}

),

-- Those in force on the local day of the judgement, the periods of products without any left out first.
in_force as (

    select
        to_judge.account_id,
        to_judge.location_id,
        to_judge.timezone,
        to_judge.period_start_at,
        to_judge.period_start_on,
        thresholds.measure,
        thresholds.percent

    from to_judge

    inner join thresholds on to_judge.product = thresholds.product

    inner join local_days
        on to_judge.timezone = local_days.timezone
            and cast(to_judge.judged_at as date) = local_days.utc_on
            and to_judge.judged_at >= local_days.starts_at
            and to_judge.judged_at < local_days.ends_at
            and thresholds.valid_from <= local_days.local_on

)

-- A package's limit is of an account that is counted as one place.
select
    in_force.account_id,
    in_force.location_id,
    in_force.timezone,
    in_force.period_start_at,
    in_force.period_start_on,
    in_force.measure,
    in_force.percent,
    packages.client_limit,
    cast(null as timestamp) as closed_period_start_at

from in_force

inner join packages
    on in_force.account_id = packages.account_id
        and in_force.period_start_at = packages.period_start_at

where in_force.measure = 'share_of_limit'

union all

select
    in_force.account_id,
    in_force.location_id,
    in_force.timezone,
    in_force.period_start_at,
    in_force.period_start_on,
    in_force.measure,
    in_force.percent,
    cast(null as bigint) as client_limit,
    closed_before.closed_period_start_at

from in_force

inner join closed_before
    on in_force.account_id = closed_before.account_id
        and in_force.location_id = closed_before.location_id
        and in_force.period_start_at = closed_before.period_start_at

where in_force.measure = 'growth'
