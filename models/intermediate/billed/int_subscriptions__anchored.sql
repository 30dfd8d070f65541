with

subscriptions as (

    select * from {{ ref('int_subscriptions__known') }}

),

accounts as (

    select * from {{ ref('int_accounts__known') }}

),

currencies as (

    select * from {{ ref('stg_currencies') }}

),

first_changes as (

    select * from {{ ref('int_subscription_changes__ordered') }}

    where change_number = 1

)

select
    subscriptions.subscription_id,
    subscriptions.account_id,
    accounts.product,
    accounts.timezone,
    accounts.currency,
    currencies.minor_units,
    greatest(accounts.first_known_at, accounts.history_complete_at) as landed_at,
    greatest(subscriptions.started_on, first_changes.happened_on) as anchor_on

from subscriptions

inner join first_changes on subscriptions.subscription_id = first_changes.subscription_id

inner join accounts on subscriptions.account_id = accounts.account_id

inner join currencies on accounts.currency = currencies.currency
