with

users as (

    select * from {{ ref('fct_active_users') }}

),

periods as (

    select * from {{ ref('dim_billing_periods') }}

),

lines as (

    select * from {{ ref('fct_billing_lines') }}

    where line_kind = 'active_users'

),

places as (

    select
        users.account_id,
        users.customer_id,
        users.location_id,
        periods.period_start_on,
        users.period_start_at,
        coalesce(periods.period_end_at, {{ headcount.end_of_time() }}) as until_at,
        periods.period_status

    from users

    inner join periods using (account_id, location_id, period_start_at)

),

-- Another location of the account that counts them in a period of its own that overlaps this one.
places_elsewhere as (

    select distinct
        places.*,
        elsewhere.location_id as other_location_id

    from places

    inner join places as elsewhere
        on places.account_id = elsewhere.account_id
            and places.customer_id = elsewhere.customer_id
            and places.location_id != elsewhere.location_id
            and places.period_start_at < elsewhere.until_at
            and elsewhere.period_start_at < places.until_at

),

amounts as (

    select
        account_id,
        location_id,
        period_start_at,
        currency,
        sum(quantity) as active_users,
        cast(sum(amount) as decimal(18, 6)) as amount

    from lines

    group by account_id, location_id, period_start_at, currency

)

select
    places.account_id,
    places.customer_id,
    places.location_id,
    places.period_start_on,
    places.period_start_at,
    places.period_status,
    {{ headcount.sorted_list('places.other_location_id') }} as other_location_ids,
    {{ headcount.prorate('amounts.amount', 1, 'amounts.active_users', 6) }} as cost_per_user,
    amounts.currency

from places_elsewhere as places

left join amounts using (account_id, location_id, period_start_at)

group by
    places.account_id, places.customer_id, places.location_id, places.period_start_on, places.period_start_at,
    places.period_status, amounts.amount, amounts.active_users, amounts.currency

order by places.account_id, places.customer_id, places.period_start_at, places.location_id
