with

users as (

    select * from {{ ref('fct_active_users') }}

),

to_judge as (

    select * from {{ ref('int_periods__to_judge') }}

),

-- Who counts in a period, and who counted in the one before it.
counts as (

    select
        to_judge.account_id,
        to_judge.location_id,
        to_judge.period_start_at,
        to_judge.period_start_on,
        users.customer_id,
        true as is_here

    from to_judge

    inner join users
        on to_judge.account_id = users.account_id
            and to_judge.location_id = users.location_id
            and to_judge.period_start_at = users.period_start_at

    union all

    select
        to_judge.account_id,
        to_judge.location_id,
        to_judge.period_start_at,
        to_judge.period_start_on,
        users.customer_id,
        false as is_here

    from to_judge

    inner join users
        on to_judge.account_id = users.account_id
            and to_judge.location_id = users.location_id
            and to_judge.previous_period_start_at = users.period_start_at

),

beside_the_period_before as (

    select
        account_id,
        location_id,
        period_start_at,
        period_start_on,
        customer_id,
        bool_or(is_here) as counts_here,
        bool_or(not is_here) as counted_before

    from counts

    group by account_id, location_id, period_start_at, period_start_on, customer_id

),

-- However long ago, sealed or not: the earliest period in which a customer counted at the location.
first_counts as (

    select
        account_id,
        location_id,
        customer_id,
        min(period_start_at) as first_counted_at

    from users

    group by account_id, location_id, customer_id

)

-- Whoever counts in the last period is lost in none, since no period comes after it.
select
    moves.account_id,
    moves.location_id,
    moves.period_start_at,
    moves.period_start_on,
    moves.customer_id,
    case
        when not moves.counts_here then 'lost'
        when moves.counted_before then 'kept'
        when first_counts.first_counted_at < moves.period_start_at then 'returning'
        else 'new'
    end as movement

from beside_the_period_before as moves

inner join first_counts
    on moves.account_id = first_counts.account_id
        and moves.location_id = first_counts.location_id
        and moves.customer_id = first_counts.customer_id
