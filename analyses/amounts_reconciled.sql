with

lines as (

    select * from {{ ref('fct_billing_lines') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

    where period_status = 'closed'
        and active_users > 0
        and ruleset_id in (
            select rulesets.ruleset_id
            from {{ ref('rule_rulesets') }} as rulesets
            inner join {{ ref('stg_rate_cards') }} as rate_cards using (product)
        )

),

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

accounts as (

    select * from {{ ref('dim_accounts') }}

),

charges as (

    select * from {{ ref('fct_package_charges') }}

    where is_final

),

-- The counts priced by their own rate card, once, whatever the number of other rulesets.
priced_counts as (

    select distinct
        account_id,
        location_id,
        period_start_at,
        billed_amount

    from {{ ref('fct_whatif_counts') }}

),

exceptions as (

    select * from {{ ref('billing_exceptions') }}

),

adjustments as (

    select * from {{ ref('fct_billing_adjustments') }}

),

-- An account that has been deleted has no row of its own any more; its lines stay.
account_currencies as (

    select
        account_id,
        currency

    from accounts

    union distinct

    select
        account_id,
        currency

    from lines

),

-- What should have been billed, what an exception says could not be, and what was billed.
due_and_billed as (

    select
        counts.account_id,
        'active_users' as line_kind,
        periods.period_end_at as billed_at,
        account_currencies.currency,
        counts.active_users as due_quantity,
        case when exceptions.exception is null then 0 else counts.active_users end as excepted_quantity,
        0 as billed_quantity,
        priced_counts.billed_amount as due_amount,
        0 as billed_amount

    from counts

    left join account_currencies using (account_id)

    inner join periods using (account_id, location_id, period_start_at)

    left join exceptions
        on counts.account_id = exceptions.account_id
            and counts.location_id = exceptions.location_id
            and counts.period_start_at = exceptions.period_start_at
            and exceptions.exception = 'no_rate_card'

    left join priced_counts
        on counts.account_id = priced_counts.account_id
            and counts.location_id = priced_counts.location_id
            and counts.period_start_at = priced_counts.period_start_at

    union all

    select
        charges.account_id,
        'package_' || charges.charge_kind as line_kind,
        charges.charged_at as billed_at,
        charges.currency,
        1 as due_quantity,
        case when exceptions.exception is null then 0 else 1 end as excepted_quantity,
        0 as billed_quantity,
        charges.amount as due_amount,
        0 as billed_amount

    from charges

    left join exceptions using (subscription_id, charge_number)

    union all

    select
        account_id,
        'adjustment' as line_kind,
        settled_at as billed_at,
        currency,
        known_users - users_before as due_quantity,
        0 as excepted_quantity,
        0 as billed_quantity,
        amount as due_amount,
        0 as billed_amount

    from adjustments

    union all

    select
        account_id,
        line_kind,
        billed_at,
        currency,
        0 as due_quantity,
        0 as excepted_quantity,
        quantity as billed_quantity,
        null as due_amount,
        amount as billed_amount

    from lines

)

select
    account_id,
    line_kind,
    cast(date_trunc('month', billed_at) as date) as billed_month_on,
    currency,
    cast(sum(due_quantity) as bigint) as due_quantity,
    cast(sum(excepted_quantity) as bigint) as excepted_quantity,
    cast(sum(billed_quantity) as bigint) as billed_quantity,
    cast(sum(due_amount) as decimal(18, 6)) as due_amount,
    cast(sum(billed_amount) as decimal(18, 6)) as billed_amount,
    case
        when sum(due_quantity) != sum(excepted_quantity + billed_quantity) then 'quantity_differs'
        when sum(due_amount) != sum(billed_amount) then 'amount_differs'
        when sum(excepted_quantity) > 0 then 'excepted'
        else 'agrees'
    end as outcome

from due_and_billed

group by all

order by account_id, billed_month_on, line_kind, currency
