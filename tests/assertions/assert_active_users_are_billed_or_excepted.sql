with

periods as (

    select * from {{ ref('int_periods__billed_by_users') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

lines as (

    select
        account_id,
        location_id,
        period_start_at,
        sum(quantity) as quantity

    from {{ ref('fct_billing_lines') }}

    where line_kind = 'active_users'

    group by account_id, location_id, period_start_at

),

exceptions as (

    select * from {{ ref('billing_exceptions') }}

    where exception = 'no_rate_card'

)

-- Of each closed period of a product with rate cards every user counted is in one tier, or the period is an exception.
select
    periods.account_id,
    periods.location_id,
    periods.period_start_at

from periods

inner join counts
    on periods.account_id = counts.account_id
        and periods.location_id = counts.location_id
        and periods.period_start_at = counts.period_start_at

left join lines
    on periods.account_id = lines.account_id
        and periods.location_id = lines.location_id
        and periods.period_start_at = lines.period_start_at

left join exceptions
    on periods.account_id = exceptions.account_id
        and periods.location_id = exceptions.location_id
        and periods.period_start_at = exceptions.period_start_at

where (
    coalesce(lines.quantity, 0)
    + case when exceptions.account_id is not null then counts.active_users else 0 end = counts.active_users
) is not true
