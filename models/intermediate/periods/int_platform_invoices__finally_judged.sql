{%- set landed = headcount.landed_table('platform_invoices') -%}
with

platform_invoices as (

    select * from {{ ref('int_platform_invoices__judged') }}

),

metered as (

    select * from {{ ref('int_locations__metered') }}

    where period = 'since_last_invoice'

),

placed as (

    select * from {{ ref('int_platform_invoices__placed') }}

),

-- Late at every location it names: known after the period that each later boundary ended had closed there.
lateness as (

    select
        platform_invoices.platform_invoice_id,
        bool_and(coalesce(placed.is_late, false)) as is_late_everywhere

    from platform_invoices

    inner join metered
        on platform_invoices.account_id = metered.account_id
            and coalesce(platform_invoices.location_id, metered.location_id) = metered.location_id

    left join placed
        on metered.account_id = placed.account_id
            and metered.location_id = placed.location_id
            and platform_invoices.invoiced_at = placed.invoiced_at

    where platform_invoices.reasons is null

    group by platform_invoices.platform_invoice_id

),

beside_lateness as (

    select
        platform_invoices.*,
        coalesce(lateness.is_late_everywhere, false) as is_late_everywhere

    from platform_invoices

    left join lateness
        on platform_invoices.platform_invoice_id = lateness.platform_invoice_id
            and platform_invoices.reasons is null

)

select
    platform_invoice_id,
    loaded_at,
    deliveries,
    case when is_late_everywhere then 'period_already_closed' else reasons end as reasons,
    case
        when is_late_everywhere
            then {{ headcount.row_identity(landed.columns.keys() | list, is_record=false) }}
        else row_hash
    end as row_hash,
    case
        when is_late_everywhere
            then {{ headcount.spelled_record(landed.columns, is_record=false) }}
        else raw_record
    end as raw_record

from beside_lateness
