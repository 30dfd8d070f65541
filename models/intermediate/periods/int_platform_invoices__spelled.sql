{%- set landed = headcount.landed_table('platform_invoices') -%}
with

platform_invoices as (

    select * from {{ ref('int_platform_invoices__judged') }}

    where reasons is null

)

select
    platform_invoice_id,
    {{ headcount.row_identity(landed.columns.keys() | list, is_record=false) }} as row_hash,
    {{ headcount.spelled_record(landed.columns, is_record=false) }} as raw_record

from platform_invoices
