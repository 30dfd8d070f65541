-- The ledger and the lines: each line has left before, waits for somebody's word, or leaves, and is only one of these.
with

lines as (

    select * from {{ ref('fct_billing_lines') }}

),

leaving as (

    select * from {{ ref('exported_billing_lines') }}

),

waiting as (

    select * from {{ ref('exported_held_lines') }}

    where not is_leaving

),

this_export as (

    select * from {{ source('ledger', 'exports') }}

    where is_being_made

),

left_before as (

    select left_lines.billing_line_id

    from {{ source('ledger', 'lines') }} as left_lines

    left join this_export on left_lines.export = this_export.export

    where this_export.export is null

)

select lines.billing_line_id

from lines

left join leaving on lines.billing_line_id = leaving.billing_line_id

left join waiting on lines.billing_line_id = waiting.billing_line_id

left join left_before on lines.billing_line_id = left_before.billing_line_id

where (
    case when leaving.billing_line_id is not null then 1 else 0 end
    + case when waiting.billing_line_id is not null then 1 else 0 end
    + case when left_before.billing_line_id is not null then 1 else 0 end = 1
    and coalesce(leaving.amount = lines.amount, true)
) is not true
