with

judgements as (

    select * from {{ ref('int_judgements') }}

),

counted as (

    select * from {{ ref('int_customers__counted') }}

),

reasons as (

    select * from {{ ref('int_reasons__listed') }}

),

whatif_judgements as (

    select * from judgements

    where whatif_ruleset_id is not null

),

billed_users as (

    select
        judgements.account_id,
        judgements.location_id,
        judgements.period_start_at,
        counted.customer_id,
        counted.sources

    from counted

    inner join judgements on counted.judgement_id = judgements.judgement_id

    where judgements.is_billed

),

added as (

    select
        whatif_judgements.*,
        counted.customer_id,
        'added' as move,
        counted.sources as why

    from counted

    inner join whatif_judgements on counted.judgement_id = whatif_judgements.judgement_id

    left join billed_users
        on whatif_judgements.account_id = billed_users.account_id
            and whatif_judgements.location_id = billed_users.location_id
            and whatif_judgements.period_start_at = billed_users.period_start_at
            and counted.customer_id = billed_users.customer_id

    where billed_users.customer_id is null

),

removed as (

    select
        whatif_judgements.*,
        billed_users.customer_id,
        'removed' as move,
        coalesce(reasons.reasons, 'no_condition_met') as why

    from whatif_judgements

    inner join billed_users
        on whatif_judgements.account_id = billed_users.account_id
            and whatif_judgements.location_id = billed_users.location_id
            and whatif_judgements.period_start_at = billed_users.period_start_at

    left join counted
        on whatif_judgements.judgement_id = counted.judgement_id
            and billed_users.customer_id = counted.customer_id

    left join reasons
        on whatif_judgements.judgement_id = reasons.judgement_id
            and billed_users.customer_id = reasons.customer_id

    where counted.customer_id is null

)

select
    account_id,
    location_id,
    period_start_at,
    period_start_on,
    whatif_ruleset_id as ruleset_id,
    customer_id,
    move,
    why

from added

union all

select
    account_id,
    location_id,
    period_start_at,
    period_start_on,
    whatif_ruleset_id as ruleset_id,
    customer_id,
    move,
    why

from removed
