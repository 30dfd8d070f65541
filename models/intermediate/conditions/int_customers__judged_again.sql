with

activity as (

    select * from {{ ref('int_activity__happened') }}

),

contracts as (

    select * from {{ ref('int_contracts__placed') }}

),

spans as (

    select * from {{ ref('int_statuses__spans') }}

),

members as (

    select * from {{ ref('int_team_members__known') }}

),

customers as (

    select * from {{ ref('int_customers__known') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where not judges_everyone

),

months as (

    select * from {{ ref('int_judgements__by_utc_month') }}

    where not judges_everyone

),

by_activity as (

    select
        months.judgement_id,
        activity.customer_id

    from activity

    inner join months
        on activity.account_id = months.account_id
            and activity.location_id = months.location_id
            and cast(date_trunc('month', activity.happened_at) as date) = months.utc_month_on
            and activity.happened_at >= months.period_start_at
            and activity.happened_at < months.judged_at
            and ({{ headcount.in_knowledge('activity', 'months.knowledge_cutoff_at') }})
            != ({{ headcount.in_knowledge('activity', 'months.knowledge_at') }})

),

by_contract as (

    select
        judgements.judgement_id,
        contracts.customer_id

    from contracts

    inner join judgements
        on contracts.account_id = judgements.account_id
            and contracts.location_id = judgements.location_id
            and contracts.created_at < judgements.judged_at
            and ({{ headcount.in_knowledge('contracts', 'judgements.knowledge_cutoff_at') }})
            != ({{ headcount.in_knowledge('contracts', 'judgements.knowledge_at') }})

),

-- A status reaches over periods, and a team from its payer, who is a member too, to the others: whoever ever had
-- either is judged again.
reached as (

    select customer_id from spans

    union distinct

    select customer_id from members

),

by_reach as (

    select
        judgements.judgement_id,
        customers.customer_id

    from reached

    inner join customers on reached.customer_id = customers.customer_id

    inner join judgements on customers.account_id = judgements.account_id

)

select * from by_activity

union distinct

select * from by_contract

union distinct

select * from by_reach
