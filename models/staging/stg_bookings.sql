{{ headcount.staged_rows(
    'bookings',
    rejects={
        'negative:price': "price < 0",
        'ends_before_start': "ends_at < starts_at or cancelled_at < booked_at",
        'in_the_future': headcount.in_the_future('booked_at'),
    }
) }}
