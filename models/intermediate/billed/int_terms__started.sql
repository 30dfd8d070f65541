with recursive

possible_terms as (

    select * from {{ ref('int_terms__possible') }}

),

calendar_dates as (

    select * from {{ ref('int_calendar_dates') }}

),

-- The months at which one change would be the package of a term that starts there.
stretches as (

    select
        subscription_id,
        change_number,
        duration_months,
        min(month_number) as first_month,
        max(month_number) + 1 as end_month

    from possible_terms

    group by subscription_id, change_number, duration_months

),

-- Within a stretch terms follow each other by its duration; the last of them says where the next stretch is entered. A
-- change to quarterly is the package of months 0 to 3, one to monthly of those after: a term starts at 0 and one at 3, both
-- quarterly, so the monthly stretch (from 4) is entered at 6. Stepping over stretches takes a round for each change, not for
-- each month.
entered as (

    select
        subscription_id,
        change_number,
        duration_months,
        end_month,
        first_month as entry_month

    from stretches

    where first_month = 0

    union all

    select
        stretches.subscription_id,
        stretches.change_number,
        stretches.duration_months,
        stretches.end_month,
        {{ headcount.next_entry('entered') }} as entry_month

    from entered

    inner join stretches
        on entered.subscription_id = stretches.subscription_id
            and {{ headcount.next_entry('entered') }} >= stretches.first_month
            and {{ headcount.next_entry('entered') }} < stretches.end_month

),

-- After a term that did not start none starts.
term_starts as (

    select
        possible_terms.*,
        {{ headcount.period_boundary(
            'possible_terms.anchor_on', 1, 'possible_terms.month_number + possible_terms.duration_months'
        ) }} as term_end_on,
        row_number() over subscription_terms as term_number,
        min(case when possible_terms.may_start then 1 else 0 end) over subscription_terms = 1 as has_started

    from possible_terms

    inner join entered
        on possible_terms.subscription_id = entered.subscription_id
            and possible_terms.change_number = entered.change_number
            and possible_terms.month_number >= entered.entry_month
            and mod(possible_terms.month_number - entered.entry_month, possible_terms.duration_months) = 0

    window subscription_terms as (
        partition by possible_terms.subscription_id
        order by possible_terms.month_number
        rows between unbounded preceding and current row
    )

)

select
    term_starts.subscription_id,
    term_starts.term_number,
    term_starts.change_number,
    term_starts.duration_months as term_months,
    term_starts.term_start_on,
    term_starts.term_end_on,
    term_starts.term_start_at,
    calendar_dates.starts_at as term_end_at,
    term_starts.final_at

from term_starts

inner join calendar_dates
    on term_starts.timezone = calendar_dates.timezone
        and term_starts.term_end_on = calendar_dates.calendar_on

where term_starts.has_started
