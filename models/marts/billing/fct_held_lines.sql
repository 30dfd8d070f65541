with

holds as (

    select * from {{ ref('stg_holds') }}

),

lines as (

    select * from {{ ref('fct_billing_lines') }}

),

billed_amounts as (

    select * from {{ ref('fct_billed_amounts') }}

),

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

user_amounts as (

    select * from {{ ref('int_user_amounts__compared') }}

),

currencies as (

    select * from {{ ref('stg_currencies') }}

),

first_bills as (

    select
        account_id,
        min(billed_at) as first_billed_at

    from lines

    group by account_id

),

-- Each line beside every hold of its product and currency that is valid on its day, with what their measures look at.
lines_beside_holds as (

    select
        lines.*,
        billed_amounts.period_start_on,
        billed_amounts.billed_on,
        holds.hold_id,
        holds.measure,
        holds.held_from,
        holds.value_in_words,
        currencies.minor_units,
        user_amounts.amount as period_amount,
        user_amounts.previous_amount,
        first_bills.first_billed_at

    from holds

    inner join accounts on holds.product = accounts.product

    inner join billed_amounts
        on accounts.account_id = billed_amounts.account_id
            and holds.valid_from <= billed_amounts.billed_on
            and (holds.currency is null or holds.currency = billed_amounts.currency)

    inner join lines on billed_amounts.billing_line_id = lines.billing_line_id

    inner join currencies on lines.currency = currencies.currency

    inner join first_bills on lines.account_id = first_bills.account_id

    left join user_amounts
        on lines.account_id = user_amounts.account_id
            and lines.location_id = user_amounts.location_id
            and lines.period_start_at = user_amounts.period_start_at

)

select
    billing_line_id,
    hold_id,
    account_id,
    location_id,
    line_kind,
    measure,
    amount,
    currency,
    period_start_on,
    billed_on,
    cast(row_number() over (partition by billing_line_id order by hold_id) as bigint) as hold_number,
    {{ headcount.hold_in_words('held') }} as detail

from lines_beside_holds as held

where {{ headcount.is_held('held') }}
