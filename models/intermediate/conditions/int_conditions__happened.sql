with

activity as (

    select * from {{ ref('int_activity__in_periods') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

),

rules as (

    select * from {{ ref('int_rules__matched') }}

),

named_types as (

    select activity_type from rules

    group by activity_type

),

suspended_at_end as (

    select * from {{ ref('int_customers__suspended_at_end') }}

    where suspension in ('excluded_if_suspended_at_end', 'excluded_if_suspended_or_archived_at_end')

)

-- A what-if knows what the billed judgement of its period knows.
select
    judgements.judgement_id,
    activity.customer_id,
    activity.activity_type,
    activity.price_kind,
    activity.evidence_at,
    activity.evidence_id,
    rules.rule_condition_id,
    rules.source,
    case
        when rules.reason is not null then rules.reason
        when not activity.is_valid_invoice then 'invoice_not_valid'
        when activity.is_cancelled and judgements.cancelled_bookings = 'ignore' then 'cancelled_booking'
        when suspended_at_end.customer_id is not null then 'suspended'
    end as reason

from activity

inner join judgements
    on activity.judgement_id
        = case when judgements.judges_everyone then judgements.billed_judgement_id else judgements.judgement_id end

-- A type that no ruleset names takes the row of all others.
left join named_types on activity.activity_type = named_types.activity_type

inner join rules
    on judgements.ruleset_id = rules.ruleset_id
        and coalesce(named_types.activity_type, {{ headcount.fallback_type('activity.activity_type') }})
        = rules.activity_type
        and activity.price_kind = rules.price_kind

left join suspended_at_end
    on judgements.judgement_id = suspended_at_end.judgement_id
        and activity.customer_id = suspended_at_end.customer_id
