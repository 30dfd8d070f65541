-- Numbers throughout: only a style of names flags them, "be consistent" would not.
select
    thing_id,
    count(*) as things
from {{ ref('things') }}
group by 1 -- flagged: AM06
