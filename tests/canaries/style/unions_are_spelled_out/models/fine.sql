select 1 as one
union all
select 2 as one
union distinct
select 3 as one
