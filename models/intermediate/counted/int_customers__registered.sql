with

customers as (

    select * from {{ ref('int_customers__judged') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where is_billed

)

select
    judgements.judgement_id,
    count(*) as registered_customers

from judgements

inner join customers
    on judgements.account_id = customers.account_id
        and customers.created_at < judgements.judged_at
        and {{ headcount.in_knowledge('customers', 'judgements.knowledge_at') }}

group by judgements.judgement_id
