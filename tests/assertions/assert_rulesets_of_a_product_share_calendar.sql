-- A product's periods are cut once, whatever ruleset they are judged by: all its rulesets must agree on how (P1, P2)
-- and on where users are counted (X1). One of them has a date, or none would ever be in force (P6).
select
    product,
    count(distinct period) as calendars,
    count(distinct counted_by) as places,
    count(effective_from) as dated

from {{ ref('rule_rulesets') }}

group by product

having (count(distinct period) = 1 and count(distinct counted_by) = 1 and count(effective_from) > 0) is not true
