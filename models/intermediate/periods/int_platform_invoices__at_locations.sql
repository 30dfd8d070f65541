with

platform_invoices as (

    select * from {{ ref('int_platform_invoices__chosen') }}

    where reasons is null

),

metered as (

    select * from {{ ref('int_locations__placed') }}

    where is_metered
        and period = 'since_last_invoice'

),

rulesets as (

    select * from {{ ref('int_rulesets__in_force') }}

),

run as (

    select * from {{ ref('stg_run') }}

),

-- Each instant once at each location it names: the invoice known first makes it known.
instants as (

    select
        metered.account_id,
        metered.location_id,
        metered.timezone,
        metered.product,
        metered.landed_at,
        platform_invoices.invoiced_at,
        min(platform_invoices.known_at) as known_at

    from platform_invoices

    inner join metered
        on platform_invoices.account_id = metered.account_id
            and coalesce(platform_invoices.location_id, metered.location_id) = metered.location_id

    cross join run

    where platform_invoices.invoiced_at <= run.as_of_at
        and platform_invoices.invoiced_at > metered.metered_from_at

    group by
        metered.account_id,
        metered.location_id,
        metered.timezone,
        metered.product,
        metered.landed_at,
        platform_invoices.invoiced_at

)

-- What a period that ends at this instant knows (P4).
select
    instants.account_id,
    instants.location_id,
    instants.invoiced_at,
    instants.known_at,
    greatest(instants.invoiced_at, instants.landed_at, instants.known_at)
    + rulesets.grace_hours * interval 1 hour as knowledge_cutoff_at,
    row_number() over (
        partition by instants.account_id, instants.location_id
        order by instants.invoiced_at desc
    ) as latest_number

from instants

inner join rulesets
    on instants.product = rulesets.product
        and instants.timezone = rulesets.timezone
        and instants.invoiced_at >= rulesets.in_force_from_at
        and instants.invoiced_at < rulesets.in_force_until_at
