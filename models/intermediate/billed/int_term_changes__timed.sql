with

terms as (

    select * from {{ ref('int_terms__started') }}

),

changes as (

    select * from {{ ref('int_subscription_changes__ordered') }}

),

versions as (

    select * from {{ ref('int_subscriptions__judged') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- The package at the start of each term, then the changes made within it. A raise is final a day after it was made,
-- and never before the term it falls in.
term_changes as (

    select
        terms.subscription_id,
        terms.term_number,
        changes.change_number,
        changes.change_number = terms.change_number as is_term_start,
        terms.term_months,
        terms.term_start_on,
        case
            when changes.change_number = terms.change_number then terms.term_start_at else changes.happened_at
        end as happened_at,
        case
            when changes.change_number = terms.change_number then terms.term_start_on else changes.happened_on
        end as happened_on,
        changes.plan,
        changes.client_limit,
        case
            when changes.change_number = terms.change_number then terms.final_at
            else greatest(changes.happened_at + interval 24 hour, terms.final_at)
        end as final_at

    from terms

    inner join changes
        on terms.subscription_id = changes.subscription_id
            and changes.change_number >= terms.change_number
            and (changes.change_number = terms.change_number or changes.happened_at < terms.term_end_at)

)

select
    term_changes.subscription_id,
    term_changes.term_number,
    term_changes.change_number,
    term_changes.is_term_start,
    term_changes.term_months,
    term_changes.term_start_on,
    term_changes.happened_at,
    term_changes.happened_on,
    term_changes.plan,
    term_changes.client_limit,
    term_changes.final_at,
    versions.subscription_id is not null as may_raise

from term_changes

cross join run

left join versions
    on term_changes.subscription_id = versions.subscription_id
        and least(run.as_of_at, term_changes.final_at) >= versions.known_from_at
        and least(run.as_of_at, term_changes.final_at) < versions.known_until_at
