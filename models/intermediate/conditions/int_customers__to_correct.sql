with

customers_to_judge as (

    select * from {{ ref('int_customers__to_judge') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where settled_period_start_at is null

)

select
    customers_to_judge.judgement_id,
    judgements.account_id,
    judgements.location_id,
    judgements.period_start_at,
    judgements.period_start_on,
    customers_to_judge.customer_id

from customers_to_judge

inner join judgements on customers_to_judge.judgement_id = judgements.judgement_id
