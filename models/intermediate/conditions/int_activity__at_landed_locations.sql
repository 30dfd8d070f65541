with

bookings as (

    select * from {{ ref('int_bookings__judged') }}

),

product_sales as (

    select * from {{ ref('int_product_sales__judged') }}

),

event_tickets as (

    select * from {{ ref('int_event_tickets__judged') }}

),

invoice_lines as (

    select * from {{ ref('int_invoice_lines__invoiced') }}

),

activity as (

    select
        customer_id,
        location_id as landed_location_id,
        'booking' as activity_type,
        price,
        booked_at as happened_at,
        booking_id as evidence_id,
        true as is_valid_invoice,
        cancelled_at,
        known_from_at,
        known_until_at

    from bookings

    union all

    select
        customer_id,
        location_id as landed_location_id,
        case when is_recurring then 'recurring_product' else 'one_off_product' end as activity_type,
        price,
        sold_at as happened_at,
        sale_id as evidence_id,
        true as is_valid_invoice,
        cast(null as timestamp) as cancelled_at,
        known_from_at,
        known_until_at

    from product_sales

    union all

    select
        customer_id,
        location_id as landed_location_id,
        'event_ticket' as activity_type,
        price,
        purchased_at as happened_at,
        ticket_id as evidence_id,
        true as is_valid_invoice,
        cast(null as timestamp) as cancelled_at,
        known_from_at,
        known_until_at

    from event_tickets

    union all

    select
        customer_id,
        location_id as landed_location_id,
        'invoice_line:' || line_type as activity_type,
        amount as price,
        issued_at as happened_at,
        invoice_line_id as evidence_id,
        is_valid_invoice,
        cast(null as timestamp) as cancelled_at,
        known_from_at,
        known_until_at

    from invoice_lines

)

-- A walk-in or a guest is nobody's activity.
select * from activity

where customer_id is not null
    and known_from_at is not null
