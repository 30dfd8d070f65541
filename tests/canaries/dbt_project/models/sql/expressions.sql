with

things as (select * from {{ref('things')}}), -- flagged: JJ01

compared as (

    select distinct thing_id -- flagged: AM01
    from things
    where
        price <> 3 -- flagged: CV01
        and price = null -- flagged: CV05
        and thing_id::text = 'a' -- flagged: CV11
    group by thing_id

),

expressed as (

    select
        starts_at,
        count(1) as things, -- flagged: CV04
        ifnull(price, 0) as cost, -- flagged: CV02
        case when price = 1 then 2 else null end as two, -- flagged: ST01
        case when price = 1 then true else false end as is_one, -- flagged: ST02
    from things -- flagged above: CV03

),

first_things as (

    select distinct(thing_id) -- flagged: LT01, ST08
    from things
    limit 3 -- flagged: AM09

),

either as (

    select thing_id from compared
    union all
    select things as thing_id from expressed

)

select either.thing_id
from either
inner join first_things on either.thing_id = first_things.thing_id
