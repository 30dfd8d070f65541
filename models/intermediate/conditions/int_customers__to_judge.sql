with

themselves as (

    select * from {{ ref('int_customers__with_news') }}

),

members as (

    select * from {{ ref('int_team_members__placed') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

),

team_mates as (

    select
        account_id,
        customer_id

    from members

    group by account_id, customer_id

),

-- A team reaches from its payer to the others: with one of them everyone who was ever in a team of the account is judged.
reached as (

    select
        themselves.judgement_id,
        others.customer_id

    from themselves

    inner join team_mates on themselves.customer_id = team_mates.customer_id

    inner join team_mates as others on team_mates.account_id = others.account_id

),

customers_to_judge as (

    select * from themselves

    union distinct

    select * from reached

)

select
    customers_to_judge.judgement_id,
    judgements.account_id,
    judgements.location_id,
    judgements.period_start_at,
    customers_to_judge.customer_id

from customers_to_judge

inner join judgements on customers_to_judge.judgement_id = judgements.judgement_id
