{{ headcount.staged_rows(
    'product_sales',
    rejects={
        'negative:price': "price < 0",
        'in_the_future': headcount.in_the_future('sold_at'),
    }
) }}
