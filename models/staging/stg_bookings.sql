{{ headcount.staged_rows(
    'bookings',
    columns={
        'booking_id': 'text required',
        'customer_id': 'text',
        'location_id': 'text required',
        'resource_name': 'text',
        'price': 'number required',
        'booked_at': 'instant required',
        'starts_at': 'instant required',
        'ends_at': 'instant required',
        'cancelled_at': 'instant',
    },
    rejects={
        'negative:price': "price < 0",
        'ends_before_start': "ends_at < starts_at or cancelled_at < booked_at",
        'in_the_future': headcount.in_the_future('booked_at'),
    }
) }}
