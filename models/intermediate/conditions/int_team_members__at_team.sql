with

members as (

    select * from {{ ref('int_team_members__known') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

),

judged_again as (

    select * from {{ ref('int_customers__judged_again') }}

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

left join judged_again
    on judgements.judgement_id = judged_again.judgement_id
        and members.customer_id = judged_again.customer_id

where judgements.judges_everyone
    or judged_again.customer_id is not null
