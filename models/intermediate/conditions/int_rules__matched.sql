with

conditions as (

    select * from {{ ref('rule_conditions') }}

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

-- What any ruleset names, what lasts, and what stands for everything else: all invoice lines, and the rest.
types as (

    select activity_type from conditions

    where price_kind != 'any'

    union distinct

    select activity_type from (values ('contract'), ('invoice_line:*'), ('*')) as unnamed (activity_type)

),

kinds as (

    select
        types.activity_type,
        price_kinds.price_kind

    from types

    cross join (values ('free'), ('paid')) as price_kinds (price_kind)

    union all

    select
        'team' as activity_type,
        'any' as price_kind

),

-- A row of its own comes before the fallback row.
candidates as (

    select
        rulesets.ruleset_id,
        kinds.activity_type,
        kinds.price_kind,
        coalesce(conditions.counts, false) as counts,
        conditions.source,
        conditions.rule_id,
        conditions.article_id,
        conditions.sentence,
        row_number() over (
            partition by rulesets.ruleset_id, kinds.activity_type, kinds.price_kind
            order by conditions.activity_type = kinds.activity_type desc
        ) as candidate_number

    from rulesets

    cross join kinds

    left join conditions
        on rulesets.ruleset_id = conditions.ruleset_id
            and kinds.price_kind = conditions.price_kind
            and conditions.activity_type in (kinds.activity_type, {{ headcount.fallback_type('kinds.activity_type') }})

),

matched as (

    select * from candidates

    where candidate_number = 1

)

select
    matched.ruleset_id || '/' || matched.activity_type || '/' || matched.price_kind as rule_condition_id,
    matched.ruleset_id,
    matched.activity_type,
    matched.price_kind,
    matched.source,
    case
        when matched.counts then cast(null as string)
        when matched.price_kind = 'free' and paid_twins.counts then 'free_does_not_count'
        else 'kind_does_not_count'
    end as reason,
    matched.rule_id,
    matched.article_id,
    matched.sentence

from matched

left join matched as paid_twins
    on matched.ruleset_id = paid_twins.ruleset_id
        and matched.activity_type = paid_twins.activity_type
        and paid_twins.price_kind = 'paid'
