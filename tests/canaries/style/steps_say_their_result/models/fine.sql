with

finalised as (select 1 as one)

select finalised.one as base from finalised
