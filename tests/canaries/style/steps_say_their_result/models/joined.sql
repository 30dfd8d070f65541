with

joined as (

    select 1 as one

)

select * from joined
