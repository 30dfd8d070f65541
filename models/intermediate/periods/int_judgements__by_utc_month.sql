with

judgements as (

    select * from {{ ref('int_judgements') }}

    where period_start_at < judged_at
        and whatif_ruleset_id is null

),

days as (

    select
        *,
        {{ headcount.whole_days("cast(date_trunc('month', period_start_at) as date)", 'cast(judged_at as date)') }} as utc_on

    from judgements

)

-- An instant finds the judgements of its period by its UTC month, without a range join: a period from 20 January to 10 March
-- stands under January, February and March.
select
    judgement_id,
    account_id,
    location_id,
    period_start_at,
    judged_at,
    knowledge_at,
    compared_with_at,
    judges_everyone,
    utc_on as utc_month_on

from days

where extract(day from utc_on) = 1
