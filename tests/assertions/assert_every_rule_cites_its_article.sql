-- A rule that nobody can look up is nobody's rule: rulesets and conditions name an article, conditions a sentence of
-- it and a ruleset that exists.
with

rulesets as (

    select * from {{ ref('rule_rulesets') }}

),

conditions as (

    select * from {{ ref('rule_conditions') }}

),

articles as (

    select * from {{ ref('rule_articles') }}

)

select
    rulesets.ruleset_id,
    cast(null as string) as activity_type,
    rulesets.article_id

from rulesets

left join articles on rulesets.article_id = articles.article_id

where articles.article_id is null
    or rulesets.reason is null

union all

select
    conditions.ruleset_id,
    conditions.activity_type,
    conditions.article_id

from conditions

left join rulesets on conditions.ruleset_id = rulesets.ruleset_id

left join articles on conditions.article_id = articles.article_id

where rulesets.ruleset_id is null
    or articles.article_id is null
    or (conditions.sentence >= 1) is not true
