-- A period whose users are enough has a crossing, and one that has a crossing has users enough, also since the base was told
-- (F4). What is sealed was held to this when it was judged.
with

thresholds as (

    select * from {{ ref('int_periods__with_thresholds') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

crossings as (

    select * from {{ ref('fct_threshold_crossings') }}

),

bases as (

    select
        thresholds.account_id,
        thresholds.location_id,
        thresholds.period_start_at,
        thresholds.measure,
        thresholds.percent,
        counts.active_users,
        coalesce(thresholds.client_limit, base_counts.active_users) as base

    from thresholds

    inner join counts
        on thresholds.account_id = counts.account_id
            and thresholds.location_id = counts.location_id
            and thresholds.period_start_at = counts.period_start_at

    left join counts as base_counts
        on thresholds.account_id = base_counts.account_id
            and thresholds.location_id = base_counts.location_id
            and thresholds.closed_period_start_at = base_counts.period_start_at

)

select
    bases.*,
    crossings.active_users as crossed_by

from bases

left join crossings
    on bases.account_id = crossings.account_id
        and bases.location_id = crossings.location_id
        and bases.period_start_at = crossings.period_start_at
        and bases.measure = crossings.measure
        and bases.percent = crossings.percent

where (
    case
        when coalesce(bases.base, 0) = 0 or bases.active_users * 100 < bases.percent * bases.base
            then crossings.active_users is null
        else
            crossings.base = bases.base
            and crossings.active_users * 100 >= bases.percent * bases.base
            and (crossings.active_users - 1) * 100 < bases.percent * bases.base
    end
) is not true
