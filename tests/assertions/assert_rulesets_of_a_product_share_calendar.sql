-- A product's periods are cut once, whatever ruleset they are judged by: all its rulesets must agree on how (P1, P2)
-- and on where users are counted (X1).
select
    product,
    count(distinct period) as calendars,
    count(distinct counted_by) as places

from {{ ref('rule_rulesets') }}

group by product

having (count(distinct period) = 1 and count(distinct counted_by) = 1) is not true
