with recursive

things as (select 1 as one)

select * from things
