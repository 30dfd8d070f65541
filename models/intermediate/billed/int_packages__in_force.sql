{%- set is_raise = headcount.is_raise('term_changes', 'packages') -%}

with recursive

term_changes as (

    select * from {{ ref('int_term_changes__priced') }}

),

-- Change by change through each term: a raise is in force, with its price, for the rest of the term; anything else
-- leaves the package as it was. A raise to a package without a price leaves the price in force.
packages as (

    select
        subscription_id,
        term_number,
        change_number,
        is_term_start,
        false as is_raise,
        happened_at,
        happened_on,
        plan,
        duration,
        client_limit,
        package_price,
        package_price as price_in_force,
        package_price as amount_to_share,
        final_at

    from term_changes

    where is_term_start

    union all

    select
        term_changes.subscription_id,
        term_changes.term_number,
        term_changes.change_number,
        term_changes.is_term_start,
        {{ is_raise }} as is_raise,
        term_changes.happened_at,
        term_changes.happened_on,
        case when {{ is_raise }} then term_changes.plan else packages.plan end as plan,
        packages.duration,
        case when {{ is_raise }} then term_changes.client_limit else packages.client_limit end as client_limit,
        term_changes.package_price,
        case
            when {{ is_raise }} then coalesce(term_changes.package_price, packages.price_in_force)
            else packages.price_in_force
        end as price_in_force,
        cast(
            case
                when term_changes.package_price < packages.price_in_force then 0
                else term_changes.package_price - packages.price_in_force
            end as decimal(18, 6)
        ) as amount_to_share,
        term_changes.final_at

    from packages

    inner join term_changes
        on packages.subscription_id = term_changes.subscription_id
            and packages.term_number = term_changes.term_number
            and packages.change_number + 1 = term_changes.change_number

)

select
    subscription_id,
    term_number,
    change_number,
    case
        when not is_term_start then 'raise'
        when term_number = 1 then 'start'
        else 'renewal'
    end as charge_kind,
    happened_at,
    happened_on,
    plan,
    duration,
    client_limit,
    package_price,
    amount_to_share,
    final_at

from packages

where is_term_start
    or is_raise
