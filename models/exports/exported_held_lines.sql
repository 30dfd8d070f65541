with

held_lines as (

    select * from {{ ref('fct_held_lines') }}

),

lines as (

    select * from {{ ref('fct_billing_lines') }}

),

left_lines as (

    select * from {{ source('ledger', 'lines') }}

),

approvals as (

    select * from {{ source('ledger', 'approvals') }}

),

exports as (

    select * from {{ source('ledger', 'exports') }}

),

holds_of_lines as (

    select
        billing_line_id,
        {{ headcount.sorted_list('hold_id') }} as hold_ids,
        {{ headcount.sorted_list("hold_id || ' (' || detail || ')'", '; ') }} as held_by

    from held_lines

    group by billing_line_id

),

-- An approval is of a line at its amount: of one that has become another it says nothing.
approved_lines as (

    select
        billing_line_id,
        amount,
        currency

    from approvals

    group by billing_line_id, amount, currency

)

select
    lines.billing_line_id,
    lines.account_id,
    lines.location_id,
    lines.line_kind,
    lines.period_start_at,
    lines.period_end_at,
    lines.billed_at,
    lines.description,
    lines.amount,
    lines.currency,
    holds_of_lines.hold_ids,
    holds_of_lines.held_by,
    -- An export that has left takes no other line when it is made again, whatever has been approved since.
    approved_lines.billing_line_id is not null and not coalesce(this_export.has_left, false) as is_leaving

from holds_of_lines

inner join lines on holds_of_lines.billing_line_id = lines.billing_line_id

left join left_lines on lines.billing_line_id = left_lines.billing_line_id

left join approved_lines
    on lines.billing_line_id = approved_lines.billing_line_id
        and lines.amount = approved_lines.amount
        and lines.currency = approved_lines.currency

-- At most one row.
left join exports as this_export on this_export.is_being_made

where left_lines.billing_line_id is null
