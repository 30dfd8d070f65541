with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

    where period_status = 'grace'

),

invoiced as (

    select * from {{ ref('int_periods__invoiced') }}

    where billed_users is not null

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

run as (

    select * from {{ ref('stg_run') }}

)

-- The vendor may have counted by another ruleset. Once the period has closed it is judged by all of them anyhow.
select
    to_judge.*,
    rulesets.ruleset_id as whatif_ruleset_id,
    cast(null as timestamp) as settled_period_start_at,
    run.as_of_at as knowledge_at,
    cast(null as timestamp) as compared_with_at

from to_judge

cross join run

inner join invoiced
    on to_judge.account_id = invoiced.account_id
        and to_judge.location_id = invoiced.location_id
        and to_judge.period_start_at = invoiced.period_start_at

inner join rulesets
    on to_judge.product = rulesets.product
        and to_judge.ruleset_id != rulesets.ruleset_id
