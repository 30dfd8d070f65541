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
    and period in ('calendar_month', 'since_last_invoice')
    and counted_by in ('account', 'location')
    and coalesce(contract_condition, 'open_at_end') in ('open_at_any_time', 'open_at_end')
    and coalesce(contract_from, 'created_at') in ('created_at', 'starts_at')
    and coalesce(suspension, 'standing_void_while_suspended') in (
        'excluded_if_suspended_at_end', 'excluded_if_suspended_or_archived_at_end', 'contract_void_if_suspended_at_end',
        'standing_void_while_suspended'
    )
    and coalesce(team_condition, 'membership') in ('payer_counts', 'membership')
    and cancelled_bookings in ('count', 'ignore')
    and coalesce(proration, 'day') in ('day', 'second', 'full_difference', 'whole_months')
    and grace_hours >= 24
    and corrections in ('show', 'credit', 'both')
    and {{ headcount.text_matches("coalesce(corrections_periods, '3')", '[0-9]{1,3}') }}
) is not true

union all

select
    conditions.ruleset_id,
    conditions.activity_type || ' ' || conditions.price_kind || coalesce(' ' || conditions.source, '') as what

from conditions

left join rulesets on conditions.ruleset_id = rulesets.ruleset_id

-- A row that nothing landed can match counts nobody. What is landed is read in lower case and without blanks around it;
-- `invoice_line:*` is the only row for several words. Edits have no effect where users are counted by location.
where (
    conditions.counts is not null
    and (conditions.source is not null or not conditions.counts)
    and coalesce(conditions.source, 'edit') in (
        'booking', 'recurring_product', 'one_off_product', 'invoice', 'contract', 'team', 'edit'
    )
    and conditions.activity_type = lower(trim(conditions.activity_type))
    and case
        when conditions.activity_type = 'team'
            then conditions.price_kind = 'any' and (rulesets.team_condition is not null or not conditions.counts)
        when conditions.activity_type = 'invoice_line:*' then conditions.price_kind in ('free', 'paid')
        when conditions.activity_type like '%*%' or conditions.activity_type like '%: %' then false
        when conditions.activity_type like 'edit:_%'
            then conditions.price_kind = 'free' and rulesets.counted_by = 'account'
        when conditions.activity_type like 'invoice_line:_%' then conditions.price_kind in ('free', 'paid')
        else conditions.activity_type in ('booking', 'recurring_product', 'one_off_product', 'event_ticket', 'contract')
            and conditions.price_kind in ('free', 'paid')
    end
) is not true
