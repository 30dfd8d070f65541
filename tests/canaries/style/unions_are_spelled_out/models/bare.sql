select 1 as one
union
select 2 as one
