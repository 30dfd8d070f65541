with

charges as (

    select * from {{ ref('int_package_charges__numbered') }}

),

rulesets as (

    select * from {{ ref('int_rulesets__in_force') }}

),

-- The ruleset in force at the instant of a charge says how a raise is prorated; a term is paid whole.
with_methods as (

    select
        charges.*,
        rulesets.ruleset_id,
        case
            when charges.charge_kind = 'raise' then coalesce(rulesets.proration, 'day') else 'full_difference'
        end as method

    from charges

    inner join rulesets
        on charges.product = rulesets.product
            and charges.timezone = rulesets.timezone
            and charges.happened_at >= rulesets.in_force_from_at
            and charges.happened_at < rulesets.in_force_until_at

),

shared as (

    select
        *,
        {{ headcount.share_left('with_methods', 'with_methods.method') }} as share_left,
        {{ headcount.share_whole('with_methods', 'with_methods.method') }} as share_whole

    from with_methods

)

select
    subscription_id,
    charge_number,
    account_id,
    charge_kind,
    happened_at,
    happened_on,
    term_start_on,
    term_end_on,
    term_start_at,
    term_end_at,
    plan,
    duration,
    client_limit,
    previous_client_limit,
    package_price,
    {{ headcount.days_between('happened_on', 'term_end_on') }} as days_charged,
    {{ headcount.days_between('term_start_on', 'term_end_on') }} as days_in_term,
    {{ headcount.prorate('amount_to_share', 'share_left', 'share_whole', 'minor_units') }} as amount,
    currency,
    ruleset_id,
    {{ headcount.charge_in_words() }} as description,
    is_final,
    final_at

from shared
