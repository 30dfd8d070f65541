with

things as (select * from {{ ref('things') }}),

others as (select * from {{ ref('things') }}),

unused_step as (select * from {{ ref('things') }}), -- flagged: ST03

spelled_out as (

    select things.thing_id
    from things
    join others on things.thing_id = others.thing_id -- flagged: AM05

),

right_way_round as (

    select things.thing_id
    from things
    right join others on things.thing_id = others.thing_id -- flagged: CV08

),

everything_with_everything as (

    select things.thing_id
    from things
    inner join others -- flagged: AM08

),

where_instead_of_on as (

    select things.thing_id
    from things
    inner join others
    where things.thing_id = others.thing_id -- flagged: CV12

),

unqualified as (

    select price -- flagged: RF02
    from things
    inner join others on things.thing_id = others.thing_id

),

qualified_alone as (

    select things.price -- flagged: RF03
    from things

),

nested as (

    select inside.thing_id
    from (select thing_id from things) as inside -- flagged: ST05

),

together as (

    select * from spelled_out
    union all
    select * from right_way_round
    union all
    select * from everything_with_everything
    union all
    select * from where_instead_of_on
    union all
    select * from unqualified
    union all
    select * from qualified_alone
    union all
    select * from nested

)

select * from together
