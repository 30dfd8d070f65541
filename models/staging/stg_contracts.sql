{{ headcount.staged_rows(
    'contracts',
    columns={
        'contract_id': 'text required',
        'customer_id': 'text required',
        'location_id': 'text required',
        'plan_name': 'text',
        'price': 'number required',
        'created_at': 'instant required',
        'starts_at': 'instant required',
        'cancelled_at': 'instant',
        'paused_at': 'instant',
    },
    rejects={
        'negative:price': "price < 0",
        'ends_before_start': "cancelled_at < created_at",
    }
) }}
