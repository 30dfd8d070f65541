with

invoice_lines as (

    select * from {{ ref('int_invoice_lines__judged') }}

    where known_from_at is not null

),

invoices as (

    select * from {{ ref('int_invoices__judged') }}

    where known_from_at is not null

),

-- A line means something while a version of it and a version of its invoice are in force together.
lines_of_invoices as (

    select
        invoice_lines.invoice_line_id,
        invoice_lines.line_type,
        invoice_lines.amount,
        invoices.customer_id,
        invoices.location_id,
        invoices.issued_at,
        coalesce(invoices.is_draft, false) is false
        and coalesce(invoices.is_credit_note, false) is false
        and invoices.voided_at is null as is_valid_invoice,
        greatest(invoice_lines.known_from_at, invoices.known_from_at) as known_from_at,
        least(invoice_lines.known_until_at, invoices.known_until_at) as known_until_at

    from invoice_lines

    inner join invoices on invoice_lines.invoice_id = invoices.invoice_id

    where invoice_lines.amount >= 0

)

select
    invoice_line_id,
    line_type,
    amount,
    customer_id,
    location_id,
    issued_at,
    is_valid_invoice,
    known_from_at,
    known_until_at

from lines_of_invoices

where known_from_at < known_until_at
