with

lines as (

    select * from {{ ref('int_user_lines__priced') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

amounts as (

    select
        account_id,
        location_id,
        period_start_at,
        sum(amount) as amount

    from lines

    group by account_id, location_id, period_start_at

)

select
    amounts.account_id,
    amounts.location_id,
    amounts.period_start_at,
    amounts.amount,
    amounts_before.amount as previous_amount

from amounts

inner join periods
    on amounts.account_id = periods.account_id
        and amounts.location_id = periods.location_id
        and amounts.period_start_at = periods.period_start_at

left join amounts as amounts_before
    on periods.account_id = amounts_before.account_id
        and periods.location_id = amounts_before.location_id
        and periods.previous_period_start_at = amounts_before.period_start_at
