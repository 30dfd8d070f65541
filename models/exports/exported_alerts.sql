with

crossings as (

    select * from {{ ref('fct_threshold_crossings') }}

),

periods as (

    select * from {{ ref('dim_billing_periods') }}

    where period_status in ('open', 'grace')

),

left_alerts as (

    select * from {{ source('ledger', 'alerts') }}

),

this_export as (

    select * from {{ source('ledger', 'alert_exports') }}

    where is_being_made

),

-- With another base it is another alert: a raised limit is reached again.
alerts as (

    select
        crossings.*,
        {{ headcount.line_id([
            "'alert'",
            'crossings.account_id',
            'crossings.location_id',
            'crossings.period_start_at',
            'crossings.measure',
            'crossings.percent',
            'crossings.base',
        ]) }} as alert_id

    from crossings

    inner join periods
        on crossings.account_id = periods.account_id
            and crossings.location_id = periods.location_id
            and crossings.period_start_at = periods.period_start_at

)

-- An alert leaves once. A night that is made again holds what it has held: what is new since waits for the next.
select
    alerts.account_id,
    alerts.location_id,
    alerts.period_start_at,
    alerts.period_start_on,
    alerts.measure,
    alerts.percent,
    alerts.base,
    alerts.active_users,
    alerts.crossed_at,
    alerts.crossed_on,
    alerts.alert_id

from alerts

left join left_alerts on alerts.alert_id = left_alerts.alert_id

left join this_export on true

where left_alerts.export = this_export.export
    or (left_alerts.alert_id is null and coalesce(this_export.has_left, false) = false)
