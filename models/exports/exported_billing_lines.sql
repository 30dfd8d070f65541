with

lines as (

    select * from {{ ref('fct_billing_lines') }}

),

left_lines as (

    select * from {{ source('ledger', 'lines') }}

),

this_export as (

    select * from {{ source('ledger', 'exports') }}

    where is_being_made

),

waiting_lines as (

    select * from {{ ref('exported_held_lines') }}

    where not is_leaving

),

-- What this export has held it holds again: a night can be repeated.
left_with_others as (

    select left_lines.billing_line_id

    from left_lines

    left join this_export on left_lines.export = this_export.export

    where this_export.export is null

)

select
    lines.billing_line_id,
    lines.account_id,
    lines.location_id,
    lines.line_kind,
    lines.period_start_at,
    lines.period_end_at,
    lines.billed_at,
    lines.tier_number,
    lines.description,
    lines.quantity,
    lines.unit_price,
    lines.amount,
    lines.currency,
    lines.ruleset_id

from lines

left join left_with_others on lines.billing_line_id = left_with_others.billing_line_id

left join waiting_lines on lines.billing_line_id = waiting_lines.billing_line_id

where left_with_others.billing_line_id is null
    and waiting_lines.billing_line_id is null
