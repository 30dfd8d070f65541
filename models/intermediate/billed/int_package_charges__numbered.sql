with

packages as (

    select * from {{ ref('int_packages__in_force') }}

),

terms as (

    select * from {{ ref('int_terms__started') }}

),

subscriptions as (

    select * from {{ ref('int_subscriptions__anchored') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

timed as (

    select
        packages.*,
        terms.term_months,
        terms.term_start_on,
        terms.term_end_on,
        terms.term_start_at,
        terms.term_end_at

    from packages

    inner join terms
        on packages.subscription_id = terms.subscription_id
            and packages.term_number = terms.term_number

)

select
    timed.subscription_id,
    cast(row_number() over subscription_charges as bigint) as charge_number,
    subscriptions.account_id,
    subscriptions.product,
    subscriptions.timezone,
    subscriptions.currency,
    subscriptions.minor_units,
    timed.charge_kind,
    timed.happened_at,
    timed.happened_on,
    timed.term_months,
    timed.term_start_on,
    timed.term_end_on,
    timed.term_start_at,
    timed.term_end_at,
    timed.plan,
    timed.duration,
    timed.client_limit,
    lag(timed.client_limit) over subscription_charges as previous_client_limit,
    timed.package_price,
    timed.amount_to_share,
    timed.final_at,
    -- A preview shows what will be billed when the day is over after which a charge is final.
    timed.final_at <= run.as_of_at or coalesce(run.is_preview, false) as is_final

from timed

inner join subscriptions on timed.subscription_id = subscriptions.subscription_id

cross join run

window subscription_charges as (
    partition by timed.subscription_id
    order by timed.term_number, timed.change_number
)
