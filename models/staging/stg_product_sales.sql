{{ headcount.staged_rows(
    'product_sales',
    columns={
        'sale_id': 'text required',
        'customer_id': 'text required',
        'location_id': 'text required',
        'product_name': 'text',
        'is_recurring': 'boolean required',
        'price': 'number required',
        'sold_at': 'instant required',
    },
    rejects={
        'negative:price': "price < 0",
        'in_the_future': headcount.in_the_future('sold_at'),
    }
) }}
