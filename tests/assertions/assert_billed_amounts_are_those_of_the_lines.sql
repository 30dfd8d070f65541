-- The same lines with their local days: none more, none less, none of another amount.
with

lines as (

    select * from {{ ref('fct_billing_lines') }}

),

amounts as (

    select * from {{ ref('fct_billed_amounts') }}

)

select coalesce(lines.billing_line_id, amounts.billing_line_id) as billing_line_id

from lines

full outer join amounts on lines.billing_line_id = amounts.billing_line_id

where (
    lines.amount = amounts.amount
    and lines.quantity = amounts.quantity
    and lines.currency = amounts.currency
    and lines.line_kind = amounts.line_kind
    and lines.account_id = amounts.account_id
    and lines.location_id = amounts.location_id
    and amounts.period_start_on <= amounts.billed_on
) is not true
