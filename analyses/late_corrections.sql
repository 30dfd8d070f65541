with

corrections as (

    select * from {{ ref('fct_active_user_corrections') }}

),

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

files as (

    select * from {{ ref('landing_files') }}

),

latest_run as (

    select max(as_of_at) as as_of_at from {{ ref('runs') }}

),

corrected_periods as (

    select
        corrections.account_id,
        corrections.location_id,
        corrections.period_start_at,
        periods.period_start_on,
        periods.period_end_at,
        periods.knowledge_cutoff_at,
        corrections.correction,
        count(*) as customers,
        {{ headcount.sorted_list('corrections.customer_id') }} as customer_ids

    from corrections

    inner join periods using (account_id, location_id, period_start_at)

    group by
        corrections.account_id, corrections.location_id, corrections.period_start_at, periods.period_start_on,
        periods.period_end_at, periods.knowledge_cutoff_at, corrections.correction

),

-- What was not known when the period closed has landed since, in a file with rows loaded after that.
landed_since as (

    select
        corrected_periods.*,
        min(greatest(files.first_loaded_at, corrected_periods.knowledge_cutoff_at)) as known_from_at,
        max(least(files.last_loaded_at, latest_run.as_of_at)) as known_by_at

    from corrected_periods

    cross join latest_run

    left join files
        on corrected_periods.knowledge_cutoff_at < files.last_loaded_at
            and latest_run.as_of_at >= files.first_loaded_at

    group by all

)

select
    account_id,
    location_id,
    period_start_on,
    period_start_at,
    correction,
    customers,
    customer_ids,
    period_end_at,
    knowledge_cutoff_at,
    known_from_at,
    known_by_at,
    cast(known_from_at as date) - cast(period_end_at as date) as days_late_at_least,
    cast(known_by_at as date) - cast(period_end_at as date) as days_late_at_most

from landed_since

order by account_id, location_id, period_start_at, correction
