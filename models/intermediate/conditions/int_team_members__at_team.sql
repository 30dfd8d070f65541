with

members as (

    select * from {{ ref('int_team_members__placed') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

),

customers_to_judge as (

    select * from {{ ref('int_customers__to_judge') }}

)

-- Who was in a team within a period of the team's own location.
select
    judgements.judgement_id,
    members.customer_id,
    members.paying_customer_id,
    members.is_payer,
    members.evidence_id,
    {{ headcount.overlap('members', 'judgements') }}

from members

inner join judgements
    on members.account_id = judgements.account_id
        and members.location_id = judgements.location_id
        and {{ headcount.overlaps('members', 'judgements') }}
        and {{ headcount.in_knowledge('members', 'judgements.knowledge_at') }}

left join customers_to_judge
    on judgements.judgement_id = customers_to_judge.judgement_id
        and members.customer_id = customers_to_judge.customer_id

where judgements.judges_everyone
    or customers_to_judge.customer_id is not null
