with

things as (select 1 as one),

base as (select one from things)

select * from base
