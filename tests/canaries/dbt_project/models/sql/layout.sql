
-- flagged in this file: LT12, LT13, LT15
with things as (
    select * from {{ ref('things') }}), -- flagged: LT07
laid_out as ( -- flagged: LT08
    select thing_id, abs (price) as price -- flagged: LT06, LT09
    from things
    where price  = 1 -- flagged: LT01
    and thing_id = 2 -- flagged: LT02
),

comma_first as (

    select
        thing_id
        , price -- flagged: LT04
        , price +
        1 as dearer -- flagged above: LT03
    from things

),


modified as (

    select distinct
        thing_id,
        dearer as a_name_that_is_made_long_enough_to_go_past_the_end_of_the_line_of_one_hundred_and_thirty_letters_that_it_may_have -- flagged: LT05
    from things

),

sets as (

    select thing_id from comma_first union all select thing_id from laid_out -- flagged: LT11

)

select * from sets
inner join modified on true
cross join things