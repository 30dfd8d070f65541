with

status_changes as (

    select * from {{ ref('int_customer_status_changes__judged') }}

    where reasons is null

),

-- Everyone starts out active.
changes as (

    select
        customer_id,
        status_change_id,
        status,
        changed_at,
        known_at

    from status_changes

    union all

    select
        customer_id,
        '' as status_change_id,
        'active' as status,
        {{ headcount.start_of_time() }} as changed_at,
        {{ headcount.start_of_time() }} as known_at

    from status_changes

    group by customer_id

),

-- Each change beside those after it in the order of their effect, by when the pair became known. Suspended on the 1st and
-- active on the 9th, known on the 10th; active on the 5th, known on the 20th: of the suspension it was known from the 1st
-- that it lasts, from the 10th that it ended on the 9th, from the 20th that it ended on the 5th.
followed as (

    select
        changes.customer_id,
        changes.status_change_id,
        changes.status,
        changes.changed_at,
        greatest(changes.known_at, following.known_at) as known_from_at,
        min(following.changed_at) as followed_at

    from changes

    inner join changes as following
        on changes.customer_id = following.customer_id
            and (following.changed_at, following.known_at, following.status_change_id)
            > (changes.changed_at, changes.known_at, changes.status_change_id)

    group by
        changes.customer_id,
        changes.status_change_id,
        changes.status,
        changes.changed_at,
        greatest(changes.known_at, following.known_at)

    union all

    select
        customer_id,
        status_change_id,
        status,
        changed_at,
        known_at as known_from_at,
        {{ headcount.end_of_time() }} as followed_at

    from changes

),

-- With each thing learnt later the status can only have ended earlier.
spans as (

    select
        customer_id,
        status_change_id,
        status,
        changed_at as lasts_from_at,
        min(min(followed_at)) over (
            partition by customer_id, status_change_id
            order by known_from_at
            rows between unbounded preceding and current row
        ) as lasts_until_at,
        known_from_at,
        coalesce(
            lead(known_from_at) over (partition by customer_id, status_change_id order by known_from_at),
            {{ headcount.end_of_time() }}
        ) as known_until_at

    from followed

    group by customer_id, status_change_id, status, changed_at, known_from_at

)

select
    customer_id,
    status_change_id,
    status,
    lasts_from_at,
    lasts_until_at,
    known_from_at,
    known_until_at

from spans

where lasts_from_at < lasts_until_at
