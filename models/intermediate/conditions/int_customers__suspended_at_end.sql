with

spans as (

    select * from {{ ref('int_statuses__spans') }}

    where status in ('suspended', 'archived')

),

customers as (

    select * from {{ ref('int_customers__known') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where suspension in ('excluded_if_suspended_at_end', 'contract_void_if_suspended_at_end')
        or suspension = 'excluded_if_suspended_or_archived_at_end'

),

customers_to_judge as (

    select * from {{ ref('int_customers__to_judge') }}

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
        and spans.lasts_from_at < judgements.judged_at
        and spans.lasts_until_at >= judgements.judged_at
        and {{ headcount.in_knowledge('spans', 'judgements.knowledge_at') }}

left join customers_to_judge
    on judgements.judgement_id = customers_to_judge.judgement_id
        and spans.customer_id = customers_to_judge.customer_id

where (spans.status = 'suspended' or judgements.suspension = 'excluded_if_suspended_or_archived_at_end')
    and (judgements.judges_everyone or customers_to_judge.customer_id is not null)
