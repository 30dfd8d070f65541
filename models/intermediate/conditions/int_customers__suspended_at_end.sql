with

spans as (

    select * from {{ ref('int_statuses__spans') }}

    where status = 'suspended'

),

customers as (

    select * from {{ ref('int_customers__known') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where suspension in ('excluded_if_suspended_at_end', 'contract_void_if_suspended_at_end')

),

judged_again as (

    select * from {{ ref('int_customers__judged_again') }}

)

-- The status just before the instant of judgement: of the latest change before it, known by then.
select
    judgements.judgement_id,
    spans.customer_id,
    judgements.suspension

from spans

inner join customers on spans.customer_id = customers.customer_id

inner join judgements
    on customers.account_id = judgements.account_id
        and spans.status_from_at < judgements.judged_at
        and spans.status_until_at >= judgements.judged_at
        and {{ headcount.in_knowledge('spans', 'judgements.knowledge_at') }}

left join judged_again
    on judgements.judgement_id = judged_again.judgement_id
        and spans.customer_id = judged_again.customer_id

where judgements.judges_everyone
    or judged_again.customer_id is not null
