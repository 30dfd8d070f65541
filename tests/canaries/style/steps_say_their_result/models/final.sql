with

final as (select 1 as one)

select * from final
