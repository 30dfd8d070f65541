with

charges as (

    select * from {{ ref('int_package_charges__prorated') }}

)

select
    subscription_id,
    charge_number,
    account_id,
    charge_kind,
    happened_at as charged_at,
    happened_on as charged_on,
    term_start_on,
    term_end_on,
    term_start_at,
    term_end_at,
    plan,
    duration,
    client_limit,
    previous_client_limit,
    package_price as full_price,
    days_charged,
    days_in_term,
    amount,
    currency,
    ruleset_id,
    description,
    is_final,
    final_at

from charges
