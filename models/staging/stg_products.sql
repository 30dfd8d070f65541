with

rulesets as (

    select * from {{ ref('rule_rulesets') }}

)

select
    product,
    min(period) as period,
    min(counted_by) as counted_by

from rulesets

group by product
