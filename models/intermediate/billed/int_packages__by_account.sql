with

charges as (

    select * from {{ ref('int_package_charges__numbered') }}

),

-- A package is in force from its charge to the next charge of the term, or to the term's end.
spans as (

    select
        account_id,
        subscription_id,
        plan,
        duration,
        client_limit,
        term_start_at,
        happened_at as in_force_from_at,
        coalesce(
            lead(happened_at) over (partition by subscription_id, term_start_at order by charge_number),
            term_end_at
        ) as in_force_until_at

    from charges

),

-- What is shown can change where any span begins or ends. With a package from 1 to 31 May and a second subscription's from
-- 10 to 20 May these are the 1st, 10th, 20th and 31st: the first, the second and again the first package is shown.
instants as (

    select
        account_id,
        in_force_from_at as changes_at

    from spans

    union distinct

    select
        account_id,
        in_force_until_at as changes_at

    from spans

),

-- Of several subscriptions the running term that started last is shown, then the greatest subscription_id.
ranked as (

    select
        spans.account_id,
        spans.plan,
        spans.duration,
        spans.client_limit,
        instants.changes_at,
        row_number() over (
            partition by spans.account_id, instants.changes_at
            order by spans.term_start_at desc, spans.subscription_id desc
        ) as rank_number

    from instants

    inner join spans
        on instants.account_id = spans.account_id
            and instants.changes_at >= spans.in_force_from_at
            and instants.changes_at < spans.in_force_until_at

),

until_next as (

    select
        account_id,
        changes_at,
        lead(changes_at) over (partition by account_id order by changes_at) as next_changes_at

    from instants

)

select
    ranked.account_id,
    ranked.changes_at as in_force_from_at,
    until_next.next_changes_at as in_force_until_at,
    ranked.plan,
    ranked.duration,
    ranked.client_limit

from ranked

inner join until_next
    on ranked.account_id = until_next.account_id
        and ranked.changes_at = until_next.changes_at

where ranked.rank_number = 1
