with

invoiced as (

    select * from {{ ref('int_periods__invoiced') }}

),

counts as (

    select * from {{ ref('fct_active_user_counts') }}

),

lines as (

    select
        account_id,
        location_id,
        period_start_at,
        sum(amount) as amount

    from {{ ref('fct_billing_lines') }}

    where line_kind = 'active_users'

    group by account_id, location_id, period_start_at

),

exceptions as (

    select
        account_id,
        location_id,
        period_start_at

    from {{ ref('billing_exceptions') }}

    where exception = 'no_rate_card'

),

-- Who came too late, or was taken back, makes the difference between what was known at the closing and now.
corrections as (

    select
        account_id,
        location_id,
        period_start_at,
        sum(case correction when 'late_addition' then 1 else -1 end) as late_users

    from {{ ref('fct_active_user_corrections') }}

    group by account_id, location_id, period_start_at

)

select
    invoiced.account_id,
    invoiced.location_id,
    invoiced.period_start_at,
    invoiced.period_start_on,
    invoiced.period_status,
    invoiced.platform_invoice_id,
    invoiced.invoice_number,
    invoiced.invoiced_at,
    invoiced.billed_users,
    invoiced.billed_amount,
    invoiced.billed_currency,
    counts.ruleset_id,
    counts.active_users,
    cast(counts.active_users + coalesce(corrections.late_users, 0) as bigint) as users_known_now,
    case
        when invoiced.period_status = 'closed' and exceptions.account_id is null
            then cast(coalesce(lines.amount, 0) as decimal(38, 6))
    end as amount,
    invoiced.currency

from invoiced

inner join counts
    on invoiced.account_id = counts.account_id
        and invoiced.location_id = counts.location_id
        and invoiced.period_start_at = counts.period_start_at

left join lines
    on invoiced.account_id = lines.account_id
        and invoiced.location_id = lines.location_id
        and invoiced.period_start_at = lines.period_start_at

left join exceptions
    on invoiced.account_id = exceptions.account_id
        and invoiced.location_id = exceptions.location_id
        and invoiced.period_start_at = exceptions.period_start_at

left join corrections
    on invoiced.account_id = corrections.account_id
        and invoiced.location_id = corrections.location_id
        and invoiced.period_start_at = corrections.period_start_at
