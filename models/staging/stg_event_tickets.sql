{{ headcount.staged_rows(
    'event_tickets',
    columns={
        'ticket_id': 'text required',
        'customer_id': 'text',
        'location_id': 'text required',
        'event_name': 'text',
        'price': 'number required',
        'purchased_at': 'instant required',
    },
    rejects={
        'negative:price': "price < 0",
        'in_the_future': headcount.in_the_future('purchased_at'),
    }
) }}
