with

periods as (

    select * from {{ ref('int_periods') }}

),

rulesets as (

    select * from {{ ref('rule_rulesets') }}

    where corrections != 'show'

),

tiers as (

    select * from {{ ref('stg_rate_cards') }}

),

-- Only what is billed by a rate card is corrected by one.
corrected_products as (

    select rulesets.product

    from rulesets

    inner join tiers on rulesets.product = tiers.product

    group by rulesets.product

),

numbered as (

    select
        periods.*,
        row_number() over location_periods as period_number,
        count(*) filter (where periods.period_status != 'closed') over location_periods as periods_not_closed

    from periods

    inner join corrected_products on periods.product = corrected_products.product

    window location_periods as (
        partition by periods.account_id, periods.location_id
        order by periods.period_start_at
    )

),

-- The periods that may settle it, by their number: with 3 of them the 5th to 7th settle the 4th.
to_settle as (

    select
        numbered.*,
        rulesets.corrections,
        {{ headcount.whole_numbers(1, "coalesce(try_cast(rulesets.corrections_periods as integer), 3)") }} as periods_later

    from numbered

    inner join rulesets on numbered.ruleset_id = rulesets.ruleset_id

    where numbered.period_status = 'closed'

)

-- Settled in turn: where one between them has not closed yet, what follows it waits, or its own turn would change what
-- had been billed before.
select
    to_settle.account_id,
    to_settle.location_id,
    to_settle.period_start_at,
    later.period_start_at as settled_period_start_at,
    to_settle.corrections,
    later.period_end_at as settled_at,
    later.knowledge_cutoff_at as known_by_at,
    later.is_sealed

from to_settle

inner join numbered as later
    on to_settle.account_id = later.account_id
        and to_settle.location_id = later.location_id
        and to_settle.period_number + to_settle.periods_later = later.period_number
        and to_settle.periods_not_closed = later.periods_not_closed
