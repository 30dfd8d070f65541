-- Of each of the vendor's invoices the users are those of the periods that it ended (F1), also by the ruleset that explains it.
with

reconciled as (

    select * from {{ ref('fct_invoice_reconciliation') }}

),

counted as (

    select
        invoiced.platform_invoice_id,
        count(*) as periods,
        sum(counts.active_users) as active_users

    from {{ ref('fct_invoiced_periods') }} as invoiced

    inner join {{ ref('fct_active_user_counts') }} as counts
        on invoiced.account_id = counts.account_id
            and invoiced.location_id = counts.location_id
            and invoiced.period_start_at = counts.period_start_at

    group by invoiced.platform_invoice_id

),

counts_by_ruleset as (

    select * from {{ ref('fct_invoice_counts') }}

)

select coalesce(reconciled.platform_invoice_id, counted.platform_invoice_id) as platform_invoice_id

from reconciled

full outer join counted on reconciled.platform_invoice_id = counted.platform_invoice_id

left join counts_by_ruleset
    on reconciled.platform_invoice_id = counts_by_ruleset.platform_invoice_id
        and reconciled.explaining_ruleset_id = counts_by_ruleset.ruleset_id

where (
    reconciled.active_users = counted.active_users
    and reconciled.periods = counted.periods
    and case reconciled.explanation
        when 'agrees' then reconciled.billed_users = counted.active_users
        when 'other_ruleset' then reconciled.billed_users = counts_by_ruleset.active_users
        else reconciled.billed_users is distinct from counted.active_users
    end
) is not true
