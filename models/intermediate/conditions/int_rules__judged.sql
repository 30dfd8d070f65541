with

conditions as (

    select * from {{ ref('rule_conditions') }}

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

happened as (

    select
        activity_type,
        price_kind

    from {{ ref('int_activity__in_periods') }}

    group by activity_type, price_kind

),

-- Every kind of activity that is known: what the rules name, what happened, and what lasts.
kinds as (

    select
        activity_type,
        price_kind

    from happened

    union distinct

    select
        activity_type,
        price_kind

    from conditions

    union distinct

    select
        'contract' as activity_type,
        price_kind

    from (values ('free'), ('paid')) as price_kinds (price_kind)

    union distinct

    select
        'team' as activity_type,
        'any' as price_kind

),

-- A row of its own comes before the fallback row for all invoice lines.
matched as (

    select
        rulesets.ruleset_id,
        kinds.activity_type,
        kinds.price_kind,
        coalesce(own_row.counts, fallback_row.counts, false) as counts,
        coalesce(own_row.source, fallback_row.source) as source,
        coalesce(paid_row.counts, paid_fallback_row.counts, false) as paid_twin_counts

    from rulesets

    cross join kinds

    left join conditions as own_row
        on rulesets.ruleset_id = own_row.ruleset_id
            and kinds.activity_type = own_row.activity_type
            and kinds.price_kind = own_row.price_kind

    left join conditions as fallback_row
        on rulesets.ruleset_id = fallback_row.ruleset_id
            and kinds.activity_type like 'invoice_line:%'
            and fallback_row.activity_type = 'invoice_line:*'
            and kinds.price_kind = fallback_row.price_kind

    left join conditions as paid_row
        on rulesets.ruleset_id = paid_row.ruleset_id
            and kinds.activity_type = paid_row.activity_type
            and paid_row.price_kind = 'paid'

    left join conditions as paid_fallback_row
        on rulesets.ruleset_id = paid_fallback_row.ruleset_id
            and kinds.activity_type like 'invoice_line:%'
            and paid_fallback_row.activity_type = 'invoice_line:*'
            and paid_fallback_row.price_kind = 'paid'

)

select
    ruleset_id,
    activity_type,
    price_kind,
    source,
    case
        when counts then cast(null as varchar)
        when price_kind = 'free' and paid_twin_counts then 'free_does_not_count'
        else 'kind_does_not_count'
    end as reason

from matched
