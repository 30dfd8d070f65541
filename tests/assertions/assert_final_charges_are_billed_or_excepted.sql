with

charges as (

    select * from {{ ref('fct_package_charges') }}

    where is_final

),

lines as (

    select * from {{ ref('fct_billing_lines') }}

    where line_kind like 'package%'

),

exceptions as (

    select * from {{ ref('billing_exceptions') }}

    where exception = 'no_package_price'

),

billed as (

    select
        account_id,
        billed_at,
        sum(amount) as amount,
        count(*) as line_count

    from lines

    group by account_id, billed_at

),

charged as (

    select
        charges.account_id,
        charges.charged_at,
        sum(charges.amount) as amount,
        count(*) as charge_count,
        count(exceptions.subscription_id) as exception_count

    from charges

    left join exceptions
        on charges.subscription_id = exceptions.subscription_id
            and charges.charge_number = exceptions.charge_number

    group by charges.account_id, charges.charged_at

)

-- Each account at each instant: what was charged is what is billed, and every charge is a line or an exception.
select
    charged.account_id,
    charged.charged_at

from charged

full outer join billed
    on charged.account_id = billed.account_id
        and charged.charged_at = billed.billed_at

where charged.amount is distinct from billed.amount
    or (charged.charge_count = coalesce(billed.line_count, 0) + charged.exception_count) is not true
