{%- set landed = headcount.landed_table('platform_invoices') -%}
with

platform_invoices as (

    select * from {{ ref('int_platform_invoices__judged') }}

    where reasons is null

)

select
    platform_invoice_id,
    {{ headcount.row_identity(landed) }} as row_hash,
    {{ headcount.spelled_record(landed) }} as raw_record

from platform_invoices
