with

-- Why, in a sentence with a clause.
things as (select 1 as one)

select * from things
