with

platform_invoices as (

    select * from {{ ref('int_platform_invoices__judged') }}

),

spelled as (

    select * from {{ ref('int_platform_invoices__spelled') }}

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

late_rows as (

    select
        spelled.platform_invoice_id,
        spelled.row_hash,
        spelled.raw_record

    from lateness

    inner join spelled on lateness.platform_invoice_id = spelled.platform_invoice_id

    where lateness.is_late_everywhere

)

select
    platform_invoices.platform_invoice_id,
    platform_invoices.loaded_at,
    platform_invoices.deliveries,
    case
        when late_rows.platform_invoice_id is not null then 'period_already_closed'
        else platform_invoices.reasons
    end as reasons,
    coalesce(late_rows.row_hash, platform_invoices.row_hash) as row_hash,
    coalesce(late_rows.raw_record, platform_invoices.raw_record) as raw_record

from platform_invoices

left join late_rows
    on platform_invoices.platform_invoice_id = late_rows.platform_invoice_id
        and platform_invoices.reasons is null
