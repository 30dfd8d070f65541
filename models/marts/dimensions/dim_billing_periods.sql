with

periods as (

    select * from {{ ref('int_periods') }}

)

select
    account_id,
    location_id,
    period_start_at,
    period_end_at,
    period_start_on,
    period_status,
    ruleset_id,
    knowledge_cutoff_at

from periods
