with

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

invoiced as (

    select * from {{ ref('int_periods__invoiced') }}

    where billed_users is not null

),

run as (

    select * from {{ ref('stg_run') }}

)

-- Every closed period, and one in grace whose vendor's invoice says how many users it bills: it may have counted them so.
-- Each knows what it knows as it is billed.
select
    to_judge.*,
    false as is_billed,
    rulesets.ruleset_id as whatif_ruleset_id,
    least(to_judge.knowledge_cutoff_at, run.as_of_at) as knowledge_at

from to_judge

cross join run

inner join rulesets
    on to_judge.product = rulesets.product
        and to_judge.ruleset_id != rulesets.ruleset_id

left join invoiced
    on to_judge.account_id = invoiced.account_id
        and to_judge.location_id = invoiced.location_id
        and to_judge.period_start_at = invoiced.period_start_at

where to_judge.period_status = 'closed'
    or invoiced.platform_invoice_id is not null
