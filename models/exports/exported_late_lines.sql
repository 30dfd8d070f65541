with

lines as (

    select * from {{ ref('exported_billing_lines') }}

),

left_lines as (

    select * from {{ source('ledger', 'lines') }}

),

this_export as (

    select * from {{ source('ledger', 'exports') }}

    where is_being_made

)

select
    this_export.export,
    lines.billing_line_id

from lines

inner join this_export on this_export.has_left

left join left_lines on lines.billing_line_id = left_lines.billing_line_id

where left_lines.billing_line_id is null
