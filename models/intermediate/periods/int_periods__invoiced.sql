with

platform_invoices as (

    select * from {{ ref('int_platform_invoices__chosen') }}

    where reasons is null

),

accepted as (

    select * from {{ ref('int_platform_invoices__judged') }}

    where reasons is null

),

boundaries as (

    select * from {{ ref('int_platform_invoices__as_boundaries') }}

    where not is_late

),

periods as (

    select * from {{ ref('int_periods') }}

    where period_status != 'open'

),

-- Of several invoices that name a place at one instant the one known first ends the period there, then the smallest id.
ending as (

    select
        periods.account_id,
        periods.location_id,
        periods.period_start_at,
        periods.period_start_on,
        periods.period_status,
        periods.currency,
        platform_invoices.platform_invoice_id,
        platform_invoices.invoice_number,
        platform_invoices.invoiced_at,
        platform_invoices.billed_users,
        platform_invoices.billed_amount,
        platform_invoices.billed_currency,
        row_number() over (
            partition by periods.account_id, periods.location_id, periods.period_start_at
            order by platform_invoices.known_at, platform_invoices.platform_invoice_id
        ) as invoice_rank

    from platform_invoices

    inner join accepted on platform_invoices.platform_invoice_id = accepted.platform_invoice_id

    inner join boundaries
        on platform_invoices.account_id = boundaries.account_id
            and coalesce(platform_invoices.location_id, boundaries.location_id) = boundaries.location_id
            and platform_invoices.invoiced_at = boundaries.invoiced_at

    inner join periods
        on boundaries.account_id = periods.account_id
            and boundaries.location_id = periods.location_id
            and boundaries.invoiced_at = periods.period_end_at

)

-- An invoice that says what it bills can be held against the count; most say only when.
select
    account_id,
    location_id,
    period_start_at,
    period_start_on,
    period_status,
    currency,
    platform_invoice_id,
    invoice_number,
    invoiced_at,
    billed_users,
    billed_amount,
    billed_currency

from ending

where invoice_rank = 1
    and (billed_users is not null or billed_amount is not null)
