with

closings as (

    select * from {{ ref('int_periods__with_later_closings') }}

),

corrections as (

    select * from {{ ref('fct_corrections_at_closings') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

-- A period that was corrected at one closing is looked at at each: what one has added the next may take back.
corrected_periods as (

    select
        account_id,
        location_id,
        period_start_at

    from corrections

    group by account_id, location_id, period_start_at

),

differences as (

    select
        account_id,
        location_id,
        period_start_at,
        settled_period_start_at,
        count(*) filter (where correction = 'late_addition') as late_additions,
        count(*) filter (where correction = 'retraction') as retractions

    from corrections

    group by account_id, location_id, period_start_at, settled_period_start_at

)

select
    closings.account_id,
    closings.location_id,
    closings.period_start_at,
    counts.period_start_on,
    closings.settled_period_start_at,
    closings.settled_at,
    closings.known_by_at,
    closings.corrections,
    counts.active_users as billed_users,
    counts.active_users + coalesce(differences.late_additions, 0) - coalesce(differences.retractions, 0) as known_users

from closings

inner join corrected_periods
    on closings.account_id = corrected_periods.account_id
        and closings.location_id = corrected_periods.location_id
        and closings.period_start_at = corrected_periods.period_start_at

inner join counts
    on closings.account_id = counts.account_id
        and closings.location_id = counts.location_id
        and closings.period_start_at = counts.period_start_at

left join differences
    on closings.account_id = differences.account_id
        and closings.location_id = differences.location_id
        and closings.period_start_at = differences.period_start_at
        and closings.settled_period_start_at = differences.settled_period_start_at
