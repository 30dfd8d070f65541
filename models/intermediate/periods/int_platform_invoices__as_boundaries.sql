with recursive

instants as (

    select * from {{ ref('int_platform_invoices__at_locations') }}

),

-- From the latest back: an instant is late when it became known only after the period it falls into, which the
-- next boundary ends, had closed. A late one is no boundary, so the next earlier one faces the same closing. Invoices of
-- 10 and 20 February that arrive on 4 March, after the period to 1 March had closed on the 2nd, are both late, though the
-- one of the 20th would have left the one of the 10th in time. No window sees that: it depends on each verdict before.
verdicts as (

    select
        account_id,
        location_id,
        invoiced_at,
        known_at,
        latest_number,
        false as is_late,
        knowledge_cutoff_at

    from instants

    where latest_number = 1

    union all

    select
        instants.account_id,
        instants.location_id,
        instants.invoiced_at,
        instants.known_at,
        instants.latest_number,
        instants.known_at > verdicts.knowledge_cutoff_at as is_late,
        case
            when instants.known_at > verdicts.knowledge_cutoff_at then verdicts.knowledge_cutoff_at
            else instants.knowledge_cutoff_at
        end as knowledge_cutoff_at

    from verdicts

    inner join instants
        on verdicts.account_id = instants.account_id
            and verdicts.location_id = instants.location_id
            and verdicts.latest_number + 1 = instants.latest_number

)

select
    account_id,
    location_id,
    invoiced_at,
    known_at,
    is_late

from verdicts
