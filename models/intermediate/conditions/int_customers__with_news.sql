with

activity as (

    select * from {{ ref('int_activity__happened') }}

),

lasting as (

    select * from {{ ref('int_facts__lasting') }}

),

judgements as (

    select * from {{ ref('int_judgements') }}

    where not judges_everyone

),

months as (

    select * from {{ ref('int_judgements__by_utc_month') }}

    where not judges_everyone

),

-- From the first instant that any of them knows to the last.
span as (

    select
        min(least(compared_with_at, knowledge_at)) as learnt_from_at,
        max(greatest(compared_with_at, knowledge_at)) as learnt_until_at

    from judgements

),

-- Most of history was compared by earlier runs: it is left out before it meets any judgement.
by_activity as (

    select
        months.judgement_id,
        activity.customer_id

    from activity

    inner join span on {{ headcount.learnt_within('activity', 'span.learnt_from_at', 'span.learnt_until_at') }}

    inner join months
        on activity.account_id = months.account_id
            and activity.location_id = months.location_id
            and cast(date_trunc('month', activity.happened_at) as date) = months.utc_month_on
            and activity.happened_at >= months.period_start_at
            and activity.happened_at < months.judged_at
            and {{ headcount.news('activity', 'months') }}

),

by_what_lasts as (

    select
        judgements.judgement_id,
        lasting.customer_id

    from lasting

    inner join judgements
        on lasting.account_id = judgements.account_id
            and coalesce(lasting.location_id, judgements.location_id) = judgements.location_id
            and lasting.lasts_from_at < judgements.judged_at
            and coalesce(lasting.lasts_until_at, judgements.period_start_at) >= judgements.period_start_at
            and {{ headcount.news('lasting', 'judgements') }}

)

select * from by_activity

union distinct

select * from by_what_lasts
