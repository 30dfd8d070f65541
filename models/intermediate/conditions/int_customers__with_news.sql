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

run as (

    select * from {{ ref('stg_run') }}

),

-- Most of history was compared by earlier runs: it is left out before it meets any judgement.
learnt_activity as (

    select activity.*

    from activity

    cross join run

    where {{ headcount.learnt_since('activity', 'run') }}

),

by_activity as (

    select
        months.judgement_id,
        learnt_activity.customer_id

    from learnt_activity

    inner join months
        on learnt_activity.account_id = months.account_id
            and learnt_activity.location_id = months.location_id
            and cast(date_trunc('month', learnt_activity.happened_at) as date) = months.utc_month_on
            and learnt_activity.happened_at >= months.period_start_at
            and learnt_activity.happened_at < months.judged_at
            and {{ headcount.news('learnt_activity', 'months') }}

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
            and {{ headcount.news('contracts', 'judgements') }}

),

by_status as (

    select
        judgements.judgement_id,
        spans.customer_id

    from spans

    inner join customers on spans.customer_id = customers.customer_id

    inner join judgements
        on customers.account_id = judgements.account_id
            and spans.status_from_at < judgements.judged_at
            and spans.status_until_at >= judgements.period_start_at
            and {{ headcount.news('spans', 'judgements') }}

),

by_team as (

    select
        judgements.judgement_id,
        members.customer_id

    from members

    inner join judgements
        on members.account_id = judgements.account_id
            and {{ headcount.overlaps('members', 'judgements') }}
            and {{ headcount.news('members', 'judgements') }}

)

select * from by_activity

union distinct

select * from by_contract

union distinct

select * from by_status

union distinct

select * from by_team
