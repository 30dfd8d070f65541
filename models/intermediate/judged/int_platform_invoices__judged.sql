{%- set landed = headcount.landed_table('platform_invoices') -%}
with

chosen as (

    select * from {{ ref('int_platform_invoices__chosen') }}

),

metered as (

    select * from {{ ref('int_locations__placed') }}

    where is_metered
        and period = 'since_last_invoice'

),

boundaries as (

    select * from {{ ref('int_platform_invoices__as_boundaries') }}

),

-- At each location that an invoice names it is late or not; where it makes no instant, being of the location's first or
-- of one to come, it is not.
lateness as (

    select
        chosen.platform_invoice_id,
        bool_and(coalesce(boundaries.is_late, false)) as is_late_everywhere

    from chosen

    inner join metered
        on chosen.account_id = metered.account_id
            and coalesce(chosen.location_id, metered.location_id) = metered.location_id

    left join boundaries
        on metered.account_id = boundaries.account_id
            and metered.location_id = boundaries.location_id
            and chosen.invoiced_at = boundaries.invoiced_at

    where chosen.reasons is null

    group by chosen.platform_invoice_id

),

beside_lateness as (

    select
        chosen.*,
        chosen.reasons is null and coalesce(lateness.is_late_everywhere, false) as is_late

    from chosen

    left join lateness on chosen.platform_invoice_id = lateness.platform_invoice_id

)

-- A late event was acceptable until here: its identity and text are made now, as those of any rejected row.
select
    platform_invoice_id,
    loaded_at,
    deliveries,
    case when is_late then 'period_already_closed' else reasons end as reasons,
    case
        when is_late then {{ headcount.row_identity(landed) }} else row_hash
    end as row_hash,
    case when is_late then {{ headcount.spelled_record(landed) }} else raw_record end as raw_record

from beside_lateness
