with

invoiced_periods as (

    select * from {{ ref('fct_invoiced_periods') }}

    where billed_users is not null

),

whatif_counts as (

    select * from {{ ref('fct_whatif_counts') }}

),

counts_in_grace as (

    select * from {{ ref('int_judgements__counted') }}

    where period_status = 'grace'
        and not is_billed

),

-- What-ifs of closed periods are kept in their mart, those of periods in grace are of this run only.
counts_by_ruleset as (

    select
        account_id,
        location_id,
        period_start_at,
        ruleset_id,
        active_users

    from invoiced_periods

    union all

    select
        account_id,
        location_id,
        period_start_at,
        ruleset_id,
        active_users

    from whatif_counts

    union all

    select
        account_id,
        location_id,
        period_start_at,
        ruleset_id,
        active_users

    from counts_in_grace

)

-- Places in other zones can have other rulesets in force at one instant: each counts by all of its product's all the same.
select
    invoiced_periods.platform_invoice_id,
    counts_by_ruleset.ruleset_id,
    cast(sum(counts_by_ruleset.active_users) as bigint) as active_users

from invoiced_periods

inner join counts_by_ruleset
    on invoiced_periods.account_id = counts_by_ruleset.account_id
        and invoiced_periods.location_id = counts_by_ruleset.location_id
        and invoiced_periods.period_start_at = counts_by_ruleset.period_start_at

group by invoiced_periods.platform_invoice_id, counts_by_ruleset.ruleset_id
