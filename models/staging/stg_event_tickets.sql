{{ headcount.staged_rows(
    'event_tickets',
    rejects={
        'negative:price': "price < 0",
        'in_the_future': headcount.in_the_future('purchased_at'),
    }
) }}
