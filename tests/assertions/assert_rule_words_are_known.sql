-- A word that no model knows would switch a rule off in silence. Empty is allowed where a rule may be absent.
with

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

conditions as (

    select * from {{ ref('rule_conditions') }}

)

select
    ruleset_id,
    'ruleset' as what

from rulesets

where (
    product is not null
    and effective_from is not null
    and period in ('calendar_month', 'since_last_invoice')
    and counted_by in ('account', 'location')
    and coalesce(contract_condition, 'open_at_end') in ('open_at_any_time', 'open_at_end')
    and coalesce(contract_from, 'created_at') in ('created_at', 'starts_at')
    and coalesce(suspension, 'standing_void_while_suspended') in (
        'excluded_if_suspended_at_end', 'contract_void_if_suspended_at_end', 'standing_void_while_suspended'
    )
    and coalesce(team_condition, 'membership') in ('payer_counts', 'membership')
    and cancelled_bookings in ('count', 'ignore')
    and coalesce(proration, 'day') in ('day', 'second', 'full_difference', 'whole_months')
    and grace_hours >= 24
) is not true

union all

select
    ruleset_id,
    activity_type || ' ' || price_kind as what

from conditions

where (
    counts is not null
    and (source is not null or not counts)
    and case
        when activity_type = 'team' then price_kind = 'any'
        when activity_type like 'edit:_%' then price_kind = 'free'
        when activity_type like 'invoice_line:_%' then price_kind in ('free', 'paid')
        else activity_type in ('booking', 'recurring_product', 'one_off_product', 'event_ticket', 'contract')
            and price_kind in ('free', 'paid')
    end
) is not true
