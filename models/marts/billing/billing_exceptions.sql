with

periods as (

    select * from {{ ref('int_periods__billed_by_users') }}

    where card_valid_from is null

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

    where active_users > 0

),

charges as (

    select * from {{ ref('fct_package_charges') }}

    where amount is null

),

unnamed as (

    select * from {{ ref('int_subscriptions__without_package') }}

)

select
    periods.account_id,
    periods.location_id,
    periods.period_start_at,
    periods.period_start_on,
    cast(null as string) as subscription_id,
    cast(null as bigint) as charge_number,
    'no_rate_card' as exception,
    cast(counts.active_users as string) || ' counted from ' || cast(periods.period_start_on as string)
    || ' until ' || cast(periods.period_end_on as string)
    || ': ' || periods.product || ' has no rate card in ' || periods.currency || ' on that day' as detail

from periods

inner join counts
    on periods.account_id = counts.account_id
        and periods.location_id = counts.location_id
        and periods.period_start_at = counts.period_start_at

union all

select
    account_id,
    account_id as location_id,
    term_start_at as period_start_at,
    term_start_on as period_start_on,
    subscription_id,
    charge_number,
    'no_package_price' as exception,
    description || ': '
    || case
        when full_price is null then 'the package has no price in ' || currency || ' on that day'
        else 'the package that it replaces has no price in ' || currency
    end as detail

from charges

union all

select
    account_id,
    account_id as location_id,
    started_at as period_start_at,
    started_on as period_start_on,
    subscription_id,
    cast(null as bigint) as charge_number,
    'no_package' as exception,
    'started on ' || cast(started_on as string) || ', and no accepted change names its package' as detail

from unnamed
