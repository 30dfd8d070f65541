with

judgements as (

    select * from {{ ref('int_judgements') }}

    where whatif_ruleset_id is not null

),

counted as (

    select * from {{ ref('int_customers__counted') }}

),

billed_counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

cards as (

    select * from {{ ref('int_periods__carded') }}

),

tiers as (

    select * from {{ ref('stg_rate_cards') }}

),

currencies as (

    select * from {{ ref('stg_currencies') }}

),

-- Every closed period under each other ruleset of its product, also where nobody would count.
whatif_counts as (

    select
        judgements.account_id,
        judgements.location_id,
        judgements.period_start_at,
        judgements.whatif_ruleset_id,
        count(counted.customer_id) as active_users

    from judgements

    left join counted on judgements.judgement_id = counted.judgement_id

    group by
        judgements.account_id,
        judgements.location_id,
        judgements.period_start_at,
        judgements.whatif_ruleset_id

),

compared as (

    select
        whatif_counts.*,
        billed_counts.ruleset_id as billed_ruleset_id,
        billed_counts.active_users as billed_active_users,
        cards.product,
        cards.currency,
        cards.card_valid_from,
        currencies.minor_units

    from whatif_counts

    inner join billed_counts
        on whatif_counts.account_id = billed_counts.account_id
            and whatif_counts.location_id = billed_counts.location_id
            and whatif_counts.period_start_at = billed_counts.period_start_at

    left join cards
        on whatif_counts.account_id = cards.account_id
            and whatif_counts.location_id = cards.location_id
            and whatif_counts.period_start_at = cards.period_start_at

    left join currencies on cards.currency = currencies.currency

)

-- The period's own rate card prices both; without one there is a count and no amount.
select
    compared.account_id,
    compared.location_id,
    compared.period_start_at,
    compared.whatif_ruleset_id as ruleset_id,
    compared.billed_ruleset_id,
    compared.active_users,
    compared.billed_active_users,
    {{ headcount.graduated_amount('compared.active_users', 'tiers', 'compared.minor_units') }} as amount,
    {{ headcount.graduated_amount('compared.billed_active_users', 'tiers', 'compared.minor_units') }} as billed_amount,
    compared.currency

from compared

left join tiers
    on compared.product = tiers.product
        and compared.currency = tiers.currency
        and compared.card_valid_from = tiers.valid_from

group by
    compared.account_id,
    compared.location_id,
    compared.period_start_at,
    compared.whatif_ruleset_id,
    compared.billed_ruleset_id,
    compared.active_users,
    compared.billed_active_users,
    compared.currency,
    compared.card_valid_from
