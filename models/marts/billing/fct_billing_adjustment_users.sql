with

corrections as (

    select * from {{ ref('fct_corrections_at_closings') }}

),

adjustments as (

    select * from {{ ref('fct_billing_adjustments') }}

)

select
    corrections.account_id,
    corrections.location_id,
    corrections.period_start_at,
    corrections.period_start_on,
    corrections.settled_period_start_at,
    corrections.customer_id,
    corrections.correction

from corrections

inner join adjustments
    on corrections.account_id = adjustments.account_id
        and corrections.location_id = adjustments.location_id
        and corrections.period_start_at = adjustments.period_start_at
        and corrections.settled_period_start_at = adjustments.settled_period_start_at
