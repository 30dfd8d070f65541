with

things as (select * from {{ ref('things') }}),

renamed as (

    select
        things.thing_id identity_number, -- flagged: AL02
        count(things.price), -- flagged: AL03
        things.price as price, -- flagged: AL09
        things.starts_at as twice,
        things.starts_at as twice -- flagged: AL08
    from things things -- flagged: AL01
    inner join things as th on things.thing_id = th.thing_id -- flagged: AL06
    group by all

),

unused as (

    select 1 as one
    from renamed

),

doubled as (

    select same.thing_id
    from things as same
    inner join unused as same on true -- flagged: AL04

)

select * from doubled
